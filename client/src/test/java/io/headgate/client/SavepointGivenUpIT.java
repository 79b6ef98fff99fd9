package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A savepoint is given up on one thread while its statements are sent on another: it is undone, and nothing else is. */
@EveryRoute
class SavepointGivenUpIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int ROUNDS = Settings.number(300, 20_000);

    private final Route route;
    private final Scheduler sender = Schedulers.newSingle("sender", true);
    private final Scheduler stopper = Schedulers.newSingle("stopper", true);
    private final SplittableRandom random = new SplittableRandom(11);
    private Headgate db;

    SavepointGivenUpIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        db = DriverUnderTest.client().node(route.url()).maxConnections(2).build();
        db.sql("CREATE TABLE savepoint_given_up (n int)").result().block(SOON);
    }

    @AfterEach
    void close() {
        db.sql("DROP TABLE savepoint_given_up").result().block(SOON);
        db.close().block();
        sender.dispose();
        stopper.dispose();
    }

    /** A savepoint that works on and on, until it is given up at some moment. */
    private Mono<Void> givenUp(SqlTransaction transaction) {
        Sinks.Empty<Void> stop = Sinks.empty();
        int after = 200 + random.nextInt(1_500);
        return transaction
                .savepoint(inner -> inner.sql("INSERT INTO savepoint_given_up VALUES (-1)")
                        .update()
                        .thenMany(Flux.range(0, 40))
                        .publishOn(sender)
                        .flatMap(i -> inner.sql("SELECT 1").result(), 40)
                        .then(Mono.never()))
                .takeUntilOther(stop.asMono())
                .then()
                .doOnSubscribe(begun -> stopper.schedule(stop::tryEmitEmpty, after, TimeUnit.MICROSECONDS));
    }

    private long stored(String condition) {
        return db.sql("SELECT count(*) FROM savepoint_given_up WHERE " + condition)
                .map(row -> row.require(0, Long.class))
                .one()
                .blockOptional(SOON)
                .orElseThrow();
    }

    @Test
    void whatComesNextIsStoredAndTheSavepointIsNot() {
        for (int i = 0; i < ROUNDS; i++) {
            int number = i;
            Long told = db.inTransaction(
                            TransactionOptions.defaults(),
                            tx -> givenUp(tx)
                                    .then(tx.sql("INSERT INTO savepoint_given_up VALUES ($1)")
                                            .bindAll(number)
                                            .update()))
                    .blockLast(SOON);
            assertThat(told).isEqualTo(1);
        }
        assertThat(stored("n >= 0")).isEqualTo(ROUNDS);
        assertThat(stored("n < 0")).isZero();
    }

    @Test
    void aCommitThatComesNextDoesNotStoreTheSavepoint() {
        for (int i = 0; i < ROUNDS; i++) {
            db.inTransaction(TransactionOptions.defaults(), this::givenUp).blockLast(SOON);
        }
        assertThat(stored("true")).isZero();
    }
}
