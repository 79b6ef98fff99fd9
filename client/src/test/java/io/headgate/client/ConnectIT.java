package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.headgate.core.SqlStatement;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.testkit.FaultProxy;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What happens when connections are opened. */
@ParameterizedClass
@EveryRoute
class ConnectIT {

    private final Route route;

    ConnectIT(Route route) {
        this.route = route;
    }

    @Test
    void findsOutWhatItTalksTo() {
        SqlDriver driver = DriverUnderTest.create();
        DriverConnection connection =
                driver.connect(ConnectionSettings.parse(route.url())).block();
        assertThat(connection.server().pooled()).isEqualTo(route != Route.DIRECT);
        assertThat(connection.server().namedStatements()).isEqualTo(DriverUnderTest.keepsStatements(route));
        assertThat(connection.server().inRecovery()).isFalse();
        assertThat(connection.server().versionNumber()).isGreaterThanOrEqualTo(140_000);
        connection.close().block();
        driver.close().block();
    }

    @Test
    void aNodeThatDoesNotAnswerIsAnErrorWithinTheTimeout() {
        try (FaultProxy proxy = FaultProxy.inFrontOf(
                "127.0.0.1", ConnectionSettings.parse(route.url()).port())) {
            proxy.blackHole();
            Headgate db = DriverUnderTest.client()
                    .node(proxy.through(route.url()) + "?connect_timeout=1")
                    .build();
            db.sql("SELECT 1")
                    .one()
                    .as(StepVerifier::create)
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(ConnectFailedException.class)
                            .hasMessageContaining("no answer within connect_timeout 1000 ms"))
                    .verify(Duration.ofSeconds(3));
            proxy.heal();
            assertThat(db.sql("SELECT 1").one().block()).isNotNull();
            db.close().block();
        }
    }

    @Test
    void asksForCredentialsAtEachConnection() {
        AtomicInteger asked = new AtomicInteger();
        Credentials right = ConnectionSettings.parse(route.url()).credentials().block();
        Headgate db = DriverUnderTest.client()
                .node(route.url().replace("secret", "expired"))
                .credentials(Mono.fromSupplier(
                        () -> asked.incrementAndGet() == 1 ? new Credentials("app", "expired") : right))
                .maxConnections(1)
                .build();
        db.sql("SELECT 1").one().as(StepVerifier::create).verifyError(ConfigurationException.class);
        assertThat(db.sql("SELECT 1").one().block()).isNotNull();
        assertThat(asked).hasValue(2);
        db.close().block();
    }

    @Test
    void spreadsConnectionsOverEventLoops() {
        SqlDriver driver = DriverUnderTest.create();
        int loops = Runtime.getRuntime().availableProcessors();
        Set<String> threads = ConcurrentHashMap.newKeySet();
        Set<DriverConnection> open = new HashSet<>();
        Flux.range(0, loops * 2)
                .concatMap(i -> driver.connect(ConnectionSettings.parse(route.url())))
                .doOnNext(open::add)
                .concatMap(connection -> connection
                        .execute(SqlStatement.of("SELECT 1"))
                        .doOnNext(result -> threads.add(Thread.currentThread().getName())))
                .blockLast();
        assertThat(threads).hasSize(loops);
        Flux.fromIterable(open).flatMap(DriverConnection::close).blockLast();
        driver.close().block();
    }

    @Test
    void serverNoticesGoToTheLog() {
        Logger logger = (Logger) LoggerFactory.getLogger("io.headgate.notices");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        Headgate db = DriverUnderTest.client().node(route.url()).build();
        try {
            db.sql("DO $$ BEGIN RAISE WARNING 'from the server'; END $$")
                    .update()
                    .block();
            Awaitility.await()
                    .until(() -> List.copyOf(log.list).stream()
                            .anyMatch(event -> event.getFormattedMessage().contains("from the server")));
        } finally {
            logger.detachAppender(log);
            db.close().block();
        }
    }
}
