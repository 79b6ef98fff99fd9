package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.DatabaseException;
import io.headgate.monitoring.HeadgateMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The meters tell what really happened. */
@EveryRoute
class HeadgateMetricsIT {

    private final Route route;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Headgate db;

    HeadgateMetricsIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        HeadgateMetrics metrics = new HeadgateMetrics();
        metrics.bindTo(registry);
        db = Headgate.builder()
                .node(route.url())
                .maxConnections(2)
                .listener(metrics)
                .build();
        metrics.watch(db::poolState);
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    private long statements(String outcome) {
        return registry.get("headgate.statements")
                .tag("outcome", outcome)
                .timer()
                .count();
    }

    private double counted(String name) {
        return registry.get(name).counter().count();
    }

    private double gauge(String name) {
        return registry.get("headgate.pool." + name).gauge().value();
    }

    @Test
    void statementsAndConnectionsAreCounted() {
        Flux.range(0, 50)
                .flatMap(i -> db.sql("SELECT $1::int").bind(i).one(), 10)
                .blockLast();
        db.sql("SELECT 1 / 0").one().as(StepVerifier::create).verifyError(DatabaseException.class);
        // the caller is told first
        Awaitility.await().ignoreExceptions().until(() -> statements("not_executed") == 1);
        assertThat(statements("success")).isEqualTo(50);
        assertThat(registry.get("headgate.statements")
                        .tag("outcome", "success")
                        .timer()
                        .totalTime(TimeUnit.NANOSECONDS))
                .isPositive();
        assertThat(registry.get("headgate.acquire").timer().count()).isEqualTo(51);
        // the first may have served all before the second was there
        Awaitility.await().until(() -> gauge("open") == 2);
        assertThat(registry.get("headgate.connections.opened").timer().count()).isEqualTo(2);
        assertThat(gauge("leased")).isZero();
        String url = route.url();
        assertThat(url)
                .contains(registry.get("headgate.acquire").timer().getId().getTag("node"));

        db.close().block();
        // listeners are told on threads of their own
        Awaitility.await()
                .untilAsserted(() -> assertThat(registry.get("headgate.connections.closed")
                                .tag("reason", "shutdown")
                                .counter()
                                .count())
                        .isEqualTo(2));
        assertThat(gauge("open")).isZero();
    }

    @Test
    void cancellationAndWaitingAreSeen() {
        Flux<Void> holding = Flux.range(0, 2)
                .flatMap(i -> db.inTransaction(tx -> tx.sql("SELECT 1").one().then(Mono.<Void>never())));
        Disposable held = holding.subscribe();
        Awaitility.await().until(() -> gauge("leased") == 2);
        Disposable waiting = db.sql("SELECT 1").one().subscribe();
        Awaitility.await().until(() -> gauge("waiting") == 1);
        waiting.dispose();
        held.dispose();
        Awaitility.await().until(() -> gauge("leased") == 0 && gauge("waiting") == 0);
        assertThat(counted("headgate.cancelled")).isEqualTo(3);
        assertThat(counted("headgate.acquire.failed")).isZero();
    }
}
