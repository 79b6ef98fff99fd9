package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlStatement;
import io.headgate.core.StatementRunner;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ClosedException;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.DataAccessListener.CloseReason;
import io.headgate.core.topology.Node;
import io.headgate.pool.SessionLimitException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A session of its own beside each route, straight to PostgreSQL. */
@EveryRoute
class SessionConnectionIT {

    private static final String APPLICATION = "headgate_session_it";

    private final Route route;
    private Headgate db;

    SessionConnectionIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        db = Headgate.builder()
                .node(route.url())
                .sessionNode(route.node().url() + "?application_name=" + APPLICATION)
                .shutdownTimeout(Duration.ofMillis(200))
                .build();
    }

    @AfterEach
    void close() {
        db.close().block();
        awaitSessions(0);
    }

    private void awaitSessions(int count) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(route.node()
                                .queryValue(
                                        "SELECT count(*) FROM pg_stat_activity WHERE application_name = ?",
                                        APPLICATION))
                        .isEqualTo(String.valueOf(count)));
    }

    private static Mono<String> text(StatementRunner runner, String sql) {
        return runner.sql(sql).map(row -> row.require(0, String.class)).one();
    }

    private boolean lockIsFree() {
        return Boolean.TRUE.equals(db.sql("SELECT pg_try_advisory_xact_lock(4711)")
                .map(row -> row.require(0, Boolean.class))
                .one()
                .block());
    }

    private Disposable holdLock() {
        Disposable held = db.sessionConnection(session ->
                        session.sql("SELECT pg_advisory_lock(4711)").result().then(Mono.never()))
                .subscribe();
        Awaitility.await().until(() -> !lockIsFree());
        return held;
    }

    @Test
    void anAdvisoryLockIsHeldAcrossStatementsAndFreedAtTheEnd() {
        db.sessionConnection(session -> session.sql("SELECT pg_advisory_lock(4711)")
                        .result()
                        .then(text(session, "SELECT 'other'"))
                        .then(db.sql("SELECT pg_try_advisory_xact_lock(4711)")
                                .map(row -> row.require(0, Boolean.class))
                                .one()))
                .as(StepVerifier::create)
                .expectNext(false)
                .verifyComplete();
        Awaitility.await().until(this::lockIsFree);
    }

    @Test
    void settingsAndTemporaryTablesLastForTheSessionAndNoLonger() {
        db.sessionConnection(session -> session.sql("SET work_mem = '7MB'")
                        .update()
                        .then(session.sql("CREATE TEMP TABLE kept (n int)").update())
                        .then(session.sql("INSERT INTO kept SELECT generate_series(1, 1000)")
                                .update())
                        .thenMany(Flux.concat(
                                text(session, "SHOW work_mem"),
                                session.inTransaction(
                                        TransactionOptions.defaults(),
                                        tx -> tx.savepoint(inner -> text(inner, "SHOW work_mem"))),
                                session.stream(SqlStatement.of("SELECT n FROM kept")
                                                .fetchSize(100))
                                        .count()
                                        .map(String::valueOf))))
                .as(StepVerifier::create)
                .expectNext("7MB", "7MB", "1000")
                .verifyComplete();
        db.sessionConnection(session ->
                        text(session, "SELECT current_setting('work_mem') || coalesce(to_regclass('kept')::text, '')"))
                .as(StepVerifier::create)
                .expectNextMatches(value -> !value.startsWith("7MB") && !value.endsWith("kept"))
                .verifyComplete();
    }

    @Test
    void cancellingStopsTheServerAndClosesTheConnection() {
        Disposable sleeping = db.sessionConnection(
                        session -> session.sql("SELECT pg_sleep(600)").result())
                .subscribe();
        awaitSessions(1);
        sleeping.dispose();
        awaitSessions(0);

        Disposable held = holdLock();
        held.dispose();
        awaitSessions(0);
        Awaitility.await().until(this::lockIsFree);
    }

    @Test
    void cancellingAtOnceLeavesNoConnection() {
        for (int i = 0; i < 20; i++) {
            db.sessionConnection(session -> Mono.never())
                    .onErrorComplete(SessionLimitException.class)
                    .subscribe()
                    .dispose();
        }
        awaitSessions(0);
        db.sessionConnection(session -> text(session, "SELECT 'works'"))
                .as(StepVerifier::create)
                .expectNext("works")
                .verifyComplete();
    }

    @Test
    void aFailedTransactionIsRolledBackAndTheSessionGoesOn() {
        db.sessionConnection(session -> session.sql("CREATE TEMP TABLE kept (n int)")
                        .update()
                        .thenMany(session.inTransaction(
                                TransactionOptions.defaults(),
                                tx -> tx.sql("INSERT INTO kept VALUES (1)")
                                        .update()
                                        .then(tx.sql("SELECT 1 / 0").update())))
                        .onErrorResume(HeadgateException.class, e -> Mono.empty())
                        .thenMany(text(session, "SELECT count(*)::text FROM kept")))
                .as(StepVerifier::create)
                .expectNext("0")
                .verifyComplete();
    }

    @Test
    void workUnderALostSessionFailsAtOnce() {
        CompletableFuture<Object> waiting = db.<Object>sessionConnection(session ->
                        session.sql("SELECT pg_advisory_lock(4711)").result().then(Mono.never()))
                .then(Mono.<Object>empty())
                .toFuture();
        Awaitility.await().until(() -> !lockIsFree());
        route.node().killBackends("application_name = '" + APPLICATION + "'");
        assertThatThrownBy(waiting::join).cause().isInstanceOfSatisfying(HeadgateException.class, e -> {
            assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(e.isTransient()).isTrue();
        });

        CompletableFuture<?> sleeping = db.sessionConnection(
                        session -> session.sql("SELECT pg_sleep(600)").result())
                .next()
                .toFuture();
        awaitSessions(1);
        Awaitility.await()
                .until(() ->
                        route.node().killBackends("application_name = '" + APPLICATION + "' AND query LIKE '%600%'")
                                == 1);
        assertThatThrownBy(sleeping::join).cause().isInstanceOf(HeadgateException.class);
    }

    @Test
    void refusesAThird() {
        Flux<?> never = db.sessionConnection(session -> Mono.never());
        Disposable first = never.subscribe();
        Disposable second = never.subscribe();
        awaitSessions(2);
        never.as(StepVerifier::create).verifyError(SessionLimitException.class);
        first.dispose();
        second.dispose();
    }

    @Test
    void closingTheClientEndsSessions() {
        CompletableFuture<?> running =
                db.sessionConnection(session -> Mono.never()).next().toFuture();
        awaitSessions(1);
        db.close().block(Duration.ofSeconds(5));
        assertThatThrownBy(running::join).hasCauseInstanceOf(ClosedException.class);
        db.sessionConnection(session -> Mono.never()).as(StepVerifier::create).verifyError(ClosedException.class);
    }

    @Test
    void aPoolerIsRefused() {
        Headgate wrong = Headgate.builder()
                .node(route.url())
                .sessionNode(route.node().pooledUrl())
                .build();
        wrong.sessionConnection(session -> Mono.error(new AssertionError("started")))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("leads through a pooler"));
        wrong.close().block();
    }

    @Test
    void withoutASessionNodeTheErrorSaysHowToSetOne() {
        Headgate without = Headgate.builder().node(route.url()).build();
        without.sessionConnection(session -> Mono.empty())
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining(".sessionNode(\"postgresql://user:password@host:5432/database\")"));
        without.close().block();
    }

    @Test
    void settingsAreCheckedAtOnce() {
        String url = route.node().url();
        assertThatThrownBy(() -> Headgate.builder().maxSessionConnections(0))
                .hasMessageContaining("maxSessionConnections is 0");
        assertThatThrownBy(() -> Headgate.builder().sessionNode(url).sessionNode(url))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("a session node is set already")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> Headgate.builder().sessionNode("postgresql//"))
                .isInstanceOf(ConfigurationException.class);
    }

    /** A fatal error that is thrown before anything was opened keeps no place. */
    @Test
    void aCallerWhoThrowsAtOnceLeavesItsPlace() {
        for (int i = 0; i < 10; i++) {
            Mono<Integer> work = db.sessionConnection(
                            session -> session.sql("SELECT 1").one())
                    .map(row -> 1)
                    .next()
                    .doOnSubscribe(begun -> {
                        throw new NoClassDefFoundError("x");
                    });
            assertThatThrownBy(() -> work.block(Duration.ofSeconds(5))).isInstanceOf(NoClassDefFoundError.class);
        }
        assertThat(db.sessionConnection(session -> session.sql("SELECT 1").one())
                        .blockFirst(Duration.ofSeconds(5)))
                .isNotNull();
    }

    @Test
    void aSessionThatTheServerEndsCountsAsLost() {
        List<CloseReason> reasons = new CopyOnWriteArrayList<>();
        Headgate listening = Headgate.builder()
                .node(route.url())
                .sessionNode(route.node().url() + "?application_name=" + APPLICATION)
                .listener(new DataAccessListener() {
                    @Override
                    public void connectionClosed(Node node, CloseReason reason) {
                        reasons.add(reason);
                    }
                })
                .build();
        try {
            assertThatThrownBy(() -> listening
                            .sessionConnection(session -> session.sql("SELECT pg_terminate_backend(pg_backend_pid())")
                                    .result())
                            .blockLast())
                    .isInstanceOf(HeadgateException.class);
            Awaitility.await().untilAsserted(() -> assertThat(reasons).containsExactly(CloseReason.LOST));
        } finally {
            listening.close().block();
        }
    }
}
