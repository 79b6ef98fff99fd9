package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlSession;
import io.headgate.core.SqlStatement;
import io.headgate.core.StatementRunner;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Transactions and streams of a session that are given up, or asked for two at a time: none gets what belongs to another. */
@EveryRoute
class SessionTransactionIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final TransactionOptions DEFAULTS = TransactionOptions.defaults();

    private final Route route;
    private Headgate db;

    SessionTransactionIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        db = DriverUnderTest.client()
                .node(route.url())
                .sessionNode(route.node().url())
                .build();
        db.sql("CREATE TABLE session_transaction (n int)").result().block(SOON);
    }

    @AfterEach
    void close() {
        db.sql("DROP TABLE session_transaction").result().block(SOON);
        db.close().block();
    }

    private static Mono<Long> insert(StatementRunner runner, int number) {
        return runner.sql("INSERT INTO session_transaction VALUES ($1)")
                .bindAll(number)
                .update();
    }

    private static Flux<?> manyRows(StatementRunner runner) {
        return runner.sql("SELECT generate_series(1, 100000)").stream();
    }

    /** Works in a session; the numbers that are stored then. */
    private List<Integer> storedBy(Function<SqlSession, Publisher<?>> work) {
        db.sessionConnection(session -> Flux.from(work.apply(session)).then()).blockLast(SOON);
        return db.sql("SELECT n FROM session_transaction ORDER BY n")
                .map(row -> row.require(0, Integer.class))
                .all()
                .collectList()
                .block(SOON);
    }

    @Test
    void aWriteAfterTheFirstRowsOfAStreamIsNoPartOfItsTransaction() {
        assertThat(storedBy(session -> manyRows(session).take(3).then(insert(session, 1))))
                .containsExactly(1);
    }

    @Test
    void aTransactionThatIsGivenUpAfterItsFirstValueIsUndone() {
        assertThat(storedBy(session -> session.inTransaction(
                                DEFAULTS, tx -> insert(tx, 1).thenMany(manyRows(tx)))
                        .next()
                        .then(insert(session, 2))))
                .containsExactly(2);
    }

    @Test
    void aTransactionThatTimesOutIsNotCommittedByTheNext() {
        assertThat(storedBy(session -> session.inTransaction(
                                DEFAULTS, tx -> insert(tx, 1).then(Mono.never()))
                        .then()
                        .timeout(Duration.ofMillis(200), Mono.empty())
                        .thenMany(session.inTransaction(DEFAULTS, tx -> insert(tx, 2)))))
                .containsExactly(2);
    }

    @Test
    void aStatementThatRunsInWhatIsGivenUpIsStopped() {
        long begun = System.nanoTime();
        assertThat(storedBy(session -> session.inTransaction(
                                DEFAULTS,
                                tx -> insert(tx, 1)
                                        .then(tx.sql("SELECT pg_sleep(60)").result()))
                        .then()
                        .timeout(Duration.ofMillis(200), Mono.empty())
                        .then(insert(session, 2))))
                .containsExactly(2);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
    }

    /** It is the session's, as the settings and the temporary tables are. */
    @Test
    void anAdvisoryLockOutlivesWhatIsGivenUp() {
        Boolean held = db.sessionConnection(session -> session.sql("SELECT pg_advisory_lock(4712)")
                        .result()
                        .thenMany(manyRows(session).take(1))
                        .then(session.sql("SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory'"
                                        + " AND objid = 4712 AND pid = pg_backend_pid()")
                                .map(row -> row.require(0, Boolean.class))
                                .one()))
                .blockLast(SOON);
        assertThat(held).isTrue();
    }

    @Test
    void aSecondTransactionAtATimeIsRefusedAndTheFirstIsCommitted() {
        assertThat(storedBy(session -> {
                    Flux<Long> second = session.inTransaction(DEFAULTS, tx -> insert(tx, 2));
                    return session.inTransaction(
                            DEFAULTS,
                            tx -> insert(tx, 1)
                                    .thenMany(second)
                                    .onErrorResume(ConfigurationException.class, refused -> Mono.empty())
                                    .then(insert(tx, 3)));
                }))
                .containsExactly(1, 3);
    }

    @Test
    void aStreamOfTheSessionBesideItsTransactionIsRefusedAndStoresNothing() {
        assertThatThrownBy(() -> storedBy(session -> session.inTransaction(
                        DEFAULTS, tx -> insert(tx, 1).thenMany(session.stream(SqlStatement.of("SELECT 1"))))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("a transaction or stream of this session is open");
        assertThat(storedBy(session -> Mono.empty())).isEmpty();
    }
}
