package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlTransaction;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Fifty callers on four connections, mixing statements and transactions: nobody gets another's rows, and nothing fails. */
@EveryRoute
class MixedLoadIT {

    private static final int CALLERS = 50;

    private final Route route;

    MixedLoadIT(Route route) {
        this.route = route;
    }

    @Test
    void fiftyCallersOnFourConnectionsGetTheirOwnRowsAndNoError() {
        route.node().execute("DROP TABLE IF EXISTS mixed");
        route.node().execute("CREATE TABLE mixed (caller int, n bigint)");
        route.node().execute("GRANT ALL ON mixed TO app");
        Headgate db =
                DriverUnderTest.client().node(route.url()).maxConnections(4).build();
        Map<String, AtomicInteger> errors = new ConcurrentHashMap<>();
        AtomicLong done = new AtomicLong();
        AtomicLong inserted = new AtomicLong();
        long end = System.nanoTime() + Settings.duration(Duration.ofSeconds(60)).toNanos();

        Flux.range(0, CALLERS)
                .flatMap(
                        caller -> Flux.<Integer>generate(sink -> {
                                    if (System.nanoTime() < end) {
                                        sink.next(caller);
                                    } else {
                                        sink.complete();
                                    }
                                })
                                .index()
                                .concatMap(
                                        step -> work(db, step.getT1(), step.getT2(), inserted)
                                                .doOnSuccess(nothing -> done.incrementAndGet())
                                                .onErrorResume(error -> {
                                                    errors.computeIfAbsent(error.toString(), key -> new AtomicInteger())
                                                            .incrementAndGet();
                                                    return Mono.empty();
                                                }),
                                        1),
                        CALLERS)
                .blockLast();

        assertThat(errors).isEmpty();
        assertThat(done.get()).isGreaterThan(1_000);
        assertThat(route.node().queryValue("SELECT count(*) FROM mixed")).isEqualTo(inserted.toString());
        assertThat(db.poolState().leased()).isZero();
        db.close().block();
    }

    private static Mono<Void> work(Headgate db, long step, int caller, AtomicLong inserted) {
        return switch ((int) (step % 5)) {
            case 0, 1 ->
                echo(
                        db.sql("SELECT $1::int AS caller, $2::bigint AS step")
                                .bind(caller)
                                .bind(step),
                        caller,
                        step);
            case 2 ->
                // another text for each caller, so that statements are prepared and evicted all the time
                echo(
                        db.sql("SELECT $1::int AS caller, $2::bigint AS step, " + caller % 20 + " AS x")
                                .bind(caller)
                                .bind(step),
                        caller,
                        step);
            case 3 ->
                db.inTransaction(tx -> inTransaction(tx, caller, step)
                                .then(tx.sql("INSERT INTO mixed VALUES ($1, $2)")
                                        .bind(caller)
                                        .bind(step)
                                        .update()))
                        .doOnSuccess(inserted::addAndGet)
                        .then();
            default ->
                db.sql("SELECT $1::int AS caller, n AS step FROM generate_series($2::bigint, $2::bigint + 2) n")
                        .bind(caller)
                        .bind(step)
                        .map(row -> {
                            assertThat(row.get("caller", Integer.class)).isEqualTo(caller);
                            return row.require("step", Long.class);
                        })
                        .all()
                        .collectList()
                        .doOnNext(steps -> assertThat(steps).containsExactly(step, step + 1, step + 2))
                        .then();
        };
    }

    private static Mono<Void> inTransaction(SqlTransaction tx, int caller, long step) {
        return echo(
                        tx.sql("SELECT $1::int AS caller, $2::bigint AS step")
                                .bind(caller)
                                .bind(step),
                        caller,
                        step)
                .then(tx.sql("SELECT set_config('headgate.caller', $1, true)")
                        .bind("c" + caller)
                        .one())
                .then(echo(
                        tx.sql("SELECT $1::int AS caller, $2::bigint AS step")
                                .bind(caller)
                                .bind(step),
                        caller,
                        step))
                .then(tx.sql("SELECT current_setting('headgate.caller') AS c")
                        .map(row -> row.require("c", String.class))
                        .one())
                .doOnNext(setting -> assertThat(setting).isEqualTo("c" + caller))
                .then();
    }

    private static Mono<Void> echo(io.headgate.core.SqlQuery query, int caller, long step) {
        return query.map(row -> {
                    assertThat(row.get("caller", Integer.class)).isEqualTo(caller);
                    assertThat(row.get("step", Long.class)).isEqualTo(step);
                    return true;
                })
                .one()
                .switchIfEmpty(Mono.error(new AssertionError("no row")))
                .then();
    }
}
