package io.headgate.pool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlSession;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.ServerInfo;
import io.headgate.core.error.ClosedException;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.topology.Node;
import io.headgate.pool.FakeServer;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.RecordingListener;
import io.headgate.pool.SessionLimitException;
import io.headgate.pool.Signals;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.context.Context;

class SessionConnectionsTest {

    private final FakeServer server = new FakeServer();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final RecordingListener listener = new RecordingListener();
    private final SessionConnections sessions = connections(server.connect(), 2);

    private SessionConnections connections(Mono<DriverConnection> connect, int limit) {
        return SessionConnections.create(Node.of("db", 5432), connect, limit, PoolOptions.defaults(), listener, time);
    }

    private static Publisher<?> forEver(SqlSession session) {
        return session.sql("lock").result().then(Mono.never());
    }

    private static DriverConnection pooled(DriverConnection connection) {
        return (DriverConnection) Proxy.newProxyInstance(
                SessionConnectionsTest.class.getClassLoader(),
                new Class<?>[] {DriverConnection.class},
                (proxy, method, arguments) -> method.getName().equals("server")
                        ? ServerInfo.of(180_000).pooled(true)
                        : method.invoke(connection, arguments));
    }

    private long closings(int connection) {
        return server.connection(connection).log().stream()
                .filter("(close)"::equals)
                .count();
    }

    @Test
    void runsEverythingOnOneConnectionAndClosesIt() {
        sessions.use(session -> session.sql("a")
                        .result()
                        .thenMany(session.stream(SqlStatement.of("b")))
                        .thenMany(session.inTransaction(
                                TransactionOptions.defaults(),
                                tx -> tx.savepoint(inner -> inner.sql("c").update())))
                        .concatWith(session.sql("d").update()))
                .as(StepVerifier::create)
                .expectNext(1L, 1L)
                .verifyComplete();
        assertThat(server.connections()).hasSize(1);
        assertThat(server.connection(0).log())
                .containsExactly(
                        "a",
                        "BEGIN READ ONLY",
                        "b",
                        "COMMIT",
                        "BEGIN",
                        "SAVEPOINT headgate_1",
                        "c",
                        "RELEASE SAVEPOINT headgate_1",
                        "COMMIT",
                        "d",
                        "(close)");
        assertThat(sessions.inUse()).isZero();
    }

    @Test
    void theListenerIsToldOfEachConnection() {
        sessions.use(session -> session.sql("a").result()).blockLast();
        assertThat(listener.events()).containsExactly("opened", "acquired", "closed USED");
    }

    @Test
    void theListenerIsToldWhenAConnectionIsLost() {
        Signals<?> caller = Signals.of(sessions.use(SessionConnectionsTest::forEver));
        server.connection(0).lose();
        assertThat(caller.error()).isInstanceOf(ConnectionLostException.class);
        assertThat(listener.events()).containsExactly("opened", "acquired", "closed LOST");
    }

    @Test
    void theListenerIsToldOfThoseThatGetNoConnection() {
        Signals<?> first = Signals.of(sessions.use(SessionConnectionsTest::forEver));
        Signals<?> second = Signals.of(sessions.use(SessionConnectionsTest::forEver));
        Signals<?> third = Signals.of(sessions.use(SessionConnectionsTest::forEver));
        assertThat(third.error()).isInstanceOf(SessionLimitException.class);
        assertThat(listener.count("acquireFailed")).isEqualTo(1);
        first.cancel();
        second.cancel();
        assertThat(listener.count("cancelled")).isEqualTo(2);
        assertThat(listener.count("closed USED")).isEqualTo(2);
    }

    @Test
    void theListenerIsToldOfARefusedConnection() {
        SessionConnections refused =
                connections(Mono.error(new ConnectFailedException(Node.of("db", 5432), "refused", null)), 1);
        Signals<?> caller = Signals.of(refused.use(session -> Mono.empty()));
        assertThat(caller.error()).isInstanceOf(ConnectFailedException.class);
        assertThat(listener.events()).containsExactly("failed", "acquireFailed");
    }

    @Test
    void eachUseHasAConnectionOfItsOwn() {
        Flux<?> use = sessions.use(session -> session.sql("a").result());
        use.blockLast();
        use.blockLast();
        assertThat(server.connections()).hasSize(2).allMatch(connection -> !connection.isOpen());
    }

    @Test
    void theCallerHearsOfTheEndAfterTheClosing() {
        sessions.use(session -> Mono.empty())
                .doOnComplete(() -> assertThat(server.connection(0).log()).containsExactly("(close)"))
                .as(StepVerifier::create)
                .verifyComplete();
    }

    @Test
    void closesAfterErrorsOfEveryKind() {
        sessions.use(session -> Mono.error(new IllegalStateException("published")))
                .as(StepVerifier::create)
                .verifyErrorMessage("published");
        sessions.use(session -> {
                    throw new IllegalStateException("thrown");
                })
                .as(StepVerifier::create)
                .verifyErrorMessage("thrown");
        sessions.use(session -> null).as(StepVerifier::create).verifyErrorMessage("the work returned no publisher");
        for (int i = 0; i < 3; i++) {
            assertThat(closings(i)).isEqualTo(1);
        }
        assertThat(sessions.inUse()).isZero();
    }

    @Test
    void cancellationClosesOnce() {
        server.answerOnCommand();
        Signals<?> caller = Signals.of(sessions.use(SessionConnectionsTest::forEver));
        caller.cancel();
        caller.cancel();
        assertThat(server.connection(0).log()).containsExactly("lock", "(close)");
        assertThat(caller.ended()).isFalse();
        assertThat(sessions.inUse()).isZero();
    }

    @Test
    void aConnectionThatArrivesAfterCancellationIsClosedAndCountsUntilThen() {
        server.acceptOnCommand();
        Signals<?> caller = Signals.of(sessions.use(SessionConnectionsTest::forEver));
        caller.cancel();
        assertThat(sessions.inUse()).isEqualTo(1);
        server.accept();
        assertThat(server.connection(0).log()).containsExactly("(close)");
        assertThat(sessions.inUse()).isZero();
        assertThat(caller.ended()).isFalse();
    }

    @Test
    void cancellationAtAnyMomentClosesOnce() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 2_000; round++) {
                FakeServer own = new FakeServer().acceptOnCommand();
                SessionConnections one = connections(own.connect(), 1);
                Signals<?> caller = Signals.of(one.use(SessionConnectionsTest::forEver));
                CyclicBarrier together = new CyclicBarrier(2);
                Future<?> accepting = executor.submit(() -> {
                    together.await();
                    return own.accept();
                });
                Future<?> cancelling = executor.submit(() -> {
                    together.await();
                    caller.cancel();
                    return null;
                });
                accepting.get();
                cancelling.get();
                assertThat(own.connection(0).log()).endsWith("(close)").containsOnlyOnce("(close)");
                assertThat(one.inUse()).isZero();
                assertThat(caller.ended()).isFalse();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void refusesOneMoreThanTheLimitAndServesAgainAfterwards() {
        Signals<?> first = Signals.of(sessions.use(SessionConnectionsTest::forEver));
        Signals.of(sessions.use(SessionConnectionsTest::forEver));
        sessions.use(SessionConnectionsTest::forEver)
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(SessionLimitException.class)
                        .hasMessageContaining("2 session connections to db:5432")
                        .hasMessageContaining("maxSessionConnections")
                        .matches(e -> ((HeadgateException) e).isSafeToRetry()));
        first.cancel();
        sessions.use(session -> session.sql("a").result())
                .as(StepVerifier::create)
                .expectNextCount(1)
                .verifyComplete();
        assertThat(server.connections()).hasSize(3);
    }

    @Test
    void refusesAPooler() {
        Mono<DriverConnection> pooled = server.connect().map(SessionConnectionsTest::pooled);
        connections(pooled, 1)
                .use(SessionConnectionsTest::forEver)
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("db:5432 leads through a pooler")
                        .hasMessageContaining("give sessionNode the address of PostgreSQL itself"));
        assertThat(server.connection(0).log()).containsExactly("(close)");
    }

    @Test
    void passesFailuresToConnectOnAndCountsThemOut() {
        server.acceptOnCommand();
        Signals<?> caller = Signals.of(sessions.use(SessionConnectionsTest::forEver));
        server.refuse(new ConnectFailedException(Node.of("db", 5432), "down", null));
        assertThat(caller.error()).isInstanceOf(ConnectFailedException.class);
        Signals<?> noConnection = Signals.of(sessions.use(SessionConnectionsTest::forEver));
        server.turnAway();
        assertThat(noConnection.error()).hasMessageContaining("the driver gave no connection and no error");
        Signals<?> tooSoon = Signals.of(sessions.use(SessionConnectionsTest::forEver));
        assertThat(tooSoon.error()).hasMessageContaining("not tried again yet after 2 failed attempts");
        assertThat(server.knocking()).isZero();
        assertThat(sessions.inUse()).isZero();
    }

    @Test
    void tellsNobodyOfAFailureWhoHasGone() {
        server.acceptOnCommand();
        Signals<?> gone = Signals.of(sessions.use(SessionConnectionsTest::forEver));
        gone.cancel();
        server.refuse(new ConnectFailedException(Node.of("db", 5432), "down", null));
        assertThat(gone.ended()).isFalse();
        assertThat(sessions.inUse()).isZero();
    }

    @Test
    void aLostConnectionEndsWorkThatWaitsForSomethingElse() {
        Signals<?> caller = Signals.of(sessions.use(SessionConnectionsTest::forEver));
        server.connection(0).lose();
        assertThat(caller.error())
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("what the session held is gone");
        assertThat(sessions.inUse()).isZero();
    }

    @Test
    void refusesUseAfterTheEnd() {
        AtomicReference<SqlSession> kept = new AtomicReference<>();
        sessions.use(session -> {
                    kept.set(session);
                    return Mono.empty();
                })
                .blockLast();
        kept.get().sql("late").result().as(StepVerifier::create).verifyError(ClosedException.class);
        kept.get().stream(SqlStatement.of("late")).as(StepVerifier::create).verifyError(ClosedException.class);
        assertThat(server.connection(0).log()).containsExactly("(close)");
    }

    @Test
    void closingRefusesNewUsesAndLetsRunningOnesEnd() {
        server.answerOnCommand();
        Signals<?> running = Signals.of(sessions.use(session -> session.sql("a").result()));
        Signals<Void> closing = Signals.of(sessions.close(Duration.ofSeconds(30)));
        sessions.use(SessionConnectionsTest::forEver).as(StepVerifier::create).verifyError(ClosedException.class);
        assertThat(closing.ended()).isFalse();
        server.connection(0).answer();
        assertThat(running.completed()).isTrue();
        assertThat(closing.completed()).isTrue();
        sessions.close(Duration.ofSeconds(30)).as(StepVerifier::create).verifyComplete();
    }

    @Test
    void closingEndsWhatRunsTooLong() {
        Signals<?> running = Signals.of(sessions.use(SessionConnectionsTest::forEver));
        server.acceptOnCommand();
        Signals<?> opening = Signals.of(sessions.use(SessionConnectionsTest::forEver));
        Signals<Void> closing = Signals.of(sessions.close(Duration.ofSeconds(30)));
        time.advanceTimeBy(Duration.ofSeconds(28));
        assertThat(running.ended()).isFalse();
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(running.error()).isInstanceOf(ClosedException.class);
        assertThat(opening.error()).isInstanceOf(ClosedException.class);
        assertThat(closing.ended()).isFalse();
        server.accept();
        assertThat(closing.completed()).isTrue();
        assertThat(closings(0)).isEqualTo(1);
        assertThat(closings(1)).isEqualTo(1);
    }

    /** The driver fails it, since its connection is closed under it. */
    @Test
    void keepsQuietAboutAStatementThatTheClosingCutsOff() {
        server.answerOnCommand();
        List<Throwable> dropped = new ArrayList<>();
        Signals<SqlResult> running = Signals.of(sessions.use(session -> session.execute(SqlStatement.of("a")))
                .contextWrite(Context.of("reactor.onErrorDropped.local", (Consumer<Throwable>) dropped::add)));
        Signals.of(sessions.close(Duration.ofSeconds(30)));
        time.advanceTimeBy(Duration.ofSeconds(30));
        assertThat(running.error()).isInstanceOf(ClosedException.class);
        assertThat(dropped).isEmpty();
    }

    @Test
    void closingEndsInTimeWhateverHangs() {
        server.acceptOnCommand();
        Signals<?> opening = Signals.of(sessions.use(SessionConnectionsTest::forEver));
        Signals<Void> closing = Signals.of(sessions.close(Duration.ofSeconds(30)));
        time.advanceTimeBy(Duration.ofSeconds(30));
        assertThat(opening.error()).isInstanceOf(ClosedException.class);
        assertThat(closing.completed()).isTrue();
    }

    @Test
    void aConnectionThatDoesNotCloseKeepsItsCallerForAWhileOnly() {
        Signals<?> caller = Signals.of(sessions.use(session -> {
            server.connection(0).hangOnClose();
            return Mono.empty();
        }));
        assertThat(caller.ended()).isFalse();
        time.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(caller.completed()).isTrue();
        assertThat(sessions.inUse()).isZero();
    }

    @Test
    void anErrorThatReactorCallsFatalEndsTheUse() {
        NoClassDefFoundError fatal = new NoClassDefFoundError("x");
        server.answerOnCommand();
        Signals<?> caller = Signals.of(
                sessions.use(session -> session.execute(SqlStatement.of("a")).map(answer -> {
                    throw fatal;
                })));
        server.connection(0).answer();
        assertThat(caller.error()).isSameAs(fatal);
        assertThat(caller.ends()).isEqualTo(1);
        assertThat(sessions.inUse()).isZero();
    }

    @Test
    void wantsALimitOfOneAtLeast() {
        assertThatThrownBy(() -> connections(server.connect(), 0)).hasMessageContaining("is 0; it must be at least 1");
    }
}
