package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.headgate.core.Notification;
import io.headgate.core.SqlSession;
import io.headgate.core.StatementRunner;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.NotificationOverflowException;
import io.headgate.core.error.ParameterException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Notifications on a session connection: none is missed from the LISTEN on, and a lost connection is no silence. */
@EveryRoute
class ListenIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String APPLICATION = "headgate_listen_it";

    private final Route route;
    private Headgate db;

    ListenIT(Route route) {
        this.route = route;
    }

    @BeforeEach
    void open() {
        db = DriverUnderTest.client()
                .node(route.url())
                .sessionNode(route.node().url() + "?application_name=" + APPLICATION)
                .build();
    }

    @AfterEach
    void close() {
        db.close().block();
    }

    private static boolean isDriverAble() {
        return DriverUnderTest.selected() == DriverUnderTest.NETTY;
    }

    private static Mono<Void> notified(StatementRunner runner, String channel, String payload) {
        return runner.sql("SELECT pg_notify($1, $2)")
                .bindAll(channel, payload)
                .update()
                .then();
    }

    private static String brief(Notification notification) {
        return notification.channel() + ":" + notification.payload();
    }

    @Test
    void aDriverThatCannotSaysSo() {
        assumeThat(isDriverAble()).isFalse();
        db.sessionConnection(session -> session.listen("orders"))
                .as(StepVerifier::create)
                .expectError(ConfigurationException.class)
                .verify(SOON);
    }

    @Test
    void whatIsSentAfterTheListenComesInOrder() {
        assumeThat(isDriverAble()).isTrue();
        List<String> payloads =
                IntStream.range(0, 500).mapToObj(Integer::toString).toList();
        List<Notification> heard = db.sessionConnection(session -> Flux.merge(
                                session.listen("orders", "Größen \"und\" Maße"),
                                // it goes behind the LISTEN, so what others send from now on is heard
                                session.sql("SELECT 1")
                                        .result()
                                        .thenMany(Flux.fromIterable(payloads))
                                        .concatMap(each -> notified(
                                                db, each.endsWith("7") ? "Größen \"und\" Maße" : "orders", each))
                                        .then(notified(db, "of nobody here", "x"))
                                        .then(Mono.<Notification>empty()))
                        .take(500))
                .collectList()
                .block(SOON);
        assertThat(heard).extracting(Notification::payload).isEqualTo(payloads);
        assertThat(heard.get(7).channel()).isEqualTo("Größen \"und\" Maße");
        assertThat(heard.get(0).processId()).isPositive();
    }

    @Test
    void itsOwnAndThoseOfItsTransactionsComeToo() {
        assumeThat(isDriverAble()).isTrue();
        assertThat(db.sessionConnection(session -> Flux.merge(
                                        session.listen("own").map(ListenIT::brief),
                                        notified(session, "own", "a")
                                                .then(session.inTransaction(
                                                                TransactionOptions.defaults(),
                                                                tx -> notified(tx, "own", "b"))
                                                        .then())
                                                .then(Mono.<String>empty()))
                                .take(2))
                        .collectList()
                        .block(SOON))
                .containsExactly("own:a", "own:b");
    }

    /** Two who listen on one session hear each their own; one that goes takes nothing from the other. */
    @Test
    void severalListenersOfASession() {
        assumeThat(isDriverAble()).isTrue();
        assertThat(db.sessionConnection(session -> {
                            Flux<String> first =
                                    session.listen("a").map(ListenIT::brief).take(1);
                            Flux<String> second = session.listen("a", "b")
                                    .map(ListenIT::brief)
                                    .take(3);
                            return Flux.merge(first, second, sent(session));
                        })
                        .collectList()
                        .block(SOON))
                .containsExactlyInAnyOrder("a:1", "a:1", "b:2", "a:3");
    }

    private static Mono<String> sent(SqlSession session) {
        return notified(session, "a", "1")
                .then(notified(session, "b", "2"))
                .then(notified(session, "a", "3"))
                .then(Mono.empty());
    }

    @Test
    void aLostConnectionIsAnError() {
        assumeThat(isDriverAble()).isTrue();
        db.sessionConnection(session -> Flux.merge(
                        session.listen("quiet").map(ListenIT::brief),
                        session.sql("SELECT 'listening'")
                                .map(row -> row.require(0, String.class))
                                .one()))
                .as(StepVerifier::create)
                .expectNext("listening")
                .then(() -> route.node()
                        .queryValue(
                                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = ?",
                                APPLICATION))
                .expectError(ConnectionLostException.class)
                .verify(SOON);
    }

    @Test
    void thoseThatNobodyTakesAreBounded() {
        assumeThat(isDriverAble()).isTrue();
        Sinks.Empty<Void> sent = Sinks.empty();
        AtomicInteger taken = new AtomicInteger();
        db.sessionConnection(session -> Flux.merge(
                        session.listen("many")
                                .concatMap(each -> sent.asMono().thenReturn(each), 1)
                                .doOnNext(each -> taken.incrementAndGet()),
                        session.sql("SELECT pg_notify('many', n::text) FROM generate_series(1, 20000) n")
                                .result()
                                // they come behind the answer
                                .then(session.sql("SELECT 1").result())
                                .doOnSuccess(answered -> sent.tryEmitEmpty())
                                .then(Mono.<Notification>empty())))
                .as(StepVerifier::create)
                .thenConsumeWhile(each -> true)
                .expectError(NotificationOverflowException.class)
                .verify(SOON);
        assertThat(taken.get()).isBetween(10_000, 11_000);
    }

    @Test
    void namesThatPostgresqlWouldCutAreRefused() {
        assumeThat(isDriverAble()).isTrue();
        for (String bad : List.of("", "x".repeat(64), "ü".repeat(32), "a\0b")) {
            assertThatThrownBy(() ->
                            db.sessionConnection(session -> session.listen(bad)).blockLast(SOON))
                    .isInstanceOf(ParameterException.class)
                    .hasMessageContaining("1 to 63");
        }
    }
}
