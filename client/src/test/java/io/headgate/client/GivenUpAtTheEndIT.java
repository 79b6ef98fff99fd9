package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlSession;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ConfigurationException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A transaction is given up about when its work ends: what comes next on the connection is a transaction of its own. */
@EveryRoute
class GivenUpAtTheEndIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final TransactionOptions DEFAULTS = TransactionOptions.defaults();
    private static final int ROUNDS = Settings.number(1_000, 20_000);

    private final Route route;
    private final Scheduler sender = Schedulers.newSingle("sender", true);
    private final Scheduler stopper = Schedulers.newSingle("stopper", true);
    private final SplittableRandom random = new SplittableRandom(13);
    private Headgate db;

    GivenUpAtTheEndIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        db = DriverUnderTest.client()
                .node(route.url())
                .sessionNode(route.node().url())
                .maxConnections(1)
                .pool(options -> options.lanes(0))
                .build();
        db.sql("CREATE TABLE given_up_at_the_end (n int)").result().block(SOON);
    }

    @AfterEach
    void close() {
        db.sql("DROP TABLE given_up_at_the_end").result().block(SOON);
        db.close().block();
        sender.dispose();
        stopper.dispose();
    }

    /** Given up from another thread about when it ends. */
    private Mono<Void> givenUp(
            Function<Function<SqlTransaction, Publisher<SqlResult>>, Flux<SqlResult>> inTransaction, boolean fails) {
        return Mono.defer(() -> {
            Sinks.Empty<Void> stop = Sinks.empty();
            int after = 50 + random.nextInt(600);
            Mono<SqlResult> end = fails ? Mono.error(new IllegalStateException("work failed")) : Mono.empty();
            return inTransaction
                    .apply(tx -> {
                        stopper.schedule(stop::tryEmitEmpty, after, TimeUnit.MICROSECONDS);
                        return tx.sql("SELECT 1").result().publishOn(sender).then(end);
                    })
                    .takeUntilOther(stop.asMono())
                    .onErrorResume(IllegalStateException.class, failed -> Mono.empty())
                    .onErrorResume(ConfigurationException.class, tooEarly -> Mono.empty())
                    .then();
        });
    }

    private long stored() {
        return db.sql("SELECT count(*) FROM given_up_at_the_end")
                .map(row -> row.require(0, Long.class))
                .one()
                .blockOptional(SOON)
                .orElseThrow();
    }

    /** The next transaction is asked for by another thread, while the ROLLBACK of the one before may be under way. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theNextOneOfThePoolIsUndoneWhenItFails(boolean fails) {
        for (int i = 0; i < ROUNDS; i++) {
            int number = i;
            givenUp(work -> db.inTransaction(DEFAULTS, work), fails)
                    .then(db.inTransaction(
                                    DEFAULTS,
                                    tx -> Mono.just(number)
                                            .publishOn(sender)
                                            .flatMap(n -> tx.sql("INSERT INTO given_up_at_the_end VALUES ($1)")
                                                    .bindAll(n)
                                                    .update())
                                            .then(tx.sql("SELECT 1").result())
                                            .then(Mono.error(new IllegalStateException("second"))))
                            .then()
                            .onErrorResume(IllegalStateException.class, undone -> Mono.empty()))
                    .block(SOON);
        }
        assertThat(stored()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatItsSessionDoesNextIsStored(boolean fails) {
        Long told = db.sessionConnection(session -> Flux.range(0, ROUNDS)
                        .concatMap(i -> givenUp(work -> session.inTransaction(DEFAULTS, work), fails)
                                .then(givenUpAtOnce(session))
                                .then(session.sql("INSERT INTO given_up_at_the_end VALUES (1)")
                                        .update()))
                        .reduce(0L, Long::sum))
                .blockLast(SOON);
        assertThat(stored()).isEqualTo(ROUNDS).isEqualTo(told);
    }

    private Mono<Void> givenUpAtOnce(SqlSession session) {
        return Mono.defer(() -> {
            Sinks.Empty<Void> now = Sinks.empty();
            return session.inTransaction(DEFAULTS, tx -> {
                        stopper.schedule(now::tryEmitEmpty);
                        return Mono.<SqlResult>never();
                    })
                    .takeUntilOther(now.asMono())
                    .onErrorResume(ConfigurationException.class, tooEarly -> Mono.empty())
                    .then();
        });
    }

    /** It learns of the rollback before that is sent, and what it does then belongs behind. */
    @Test
    void aReaderOfAStreamThatIsUndoneGoesOnWithAWrite() {
        Long told = db.inTransaction(DEFAULTS, tx -> {
                    Mono<Long> reader = tx.sql("SELECT generate_series(1, 100000)").stream()
                            .limitRate(1)
                            .concatMap(row -> Mono.just(row).delayElement(Duration.ofMillis(20)), 1)
                            .then(Mono.just(-1L))
                            .onErrorResume(undone -> tx.sql("INSERT INTO given_up_at_the_end VALUES (1)")
                                    .update());
                    return tx.createSavepoint("a").then(Mono.defer(() -> {
                        Mono<Long> heard = reader.cache();
                        heard.subscribe();
                        return Mono.delay(Duration.ofMillis(100))
                                .then(tx.rollbackToSavepoint("a"))
                                .then(heard);
                    }));
                })
                .blockLast(SOON);
        assertThat(told).isEqualTo(1);
        assertThat(stored()).isEqualTo(1);
    }

    /** The server's error was the work's own; the savepoint cannot be released then. */
    @Test
    void aTransactionGoesOnAfterASavepointThatHidAnError() {
        Long told = db.inTransaction(
                        DEFAULTS,
                        tx -> tx.savepoint(inner ->
                                        inner.sql("SELECT 1/0").result().onErrorResume(hidden -> Mono.empty()))
                                .then(Mono.error(new AssertionError("released")))
                                .onErrorResume(Exception.class, refused -> Mono.empty())
                                .then(tx.sql("INSERT INTO given_up_at_the_end VALUES (1)")
                                        .update()))
                .blockLast(SOON);
        assertThat(told).isEqualTo(1);
        assertThat(stored()).isEqualTo(1);
    }
}
