package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.ServerInfo;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.driver.netty.ScriptedServer.Ran;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * Random interleavings of statements, failures, cancellations and closes, from the loop and from other threads, against a model of a
 * server. Each caller receives its own result, once. The statements of a transaction run in it, and no others do.
 */
class WireOrderTest {

    private static final MultiThreadIoEventLoopGroup LOOPS =
            new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

    @AfterAll
    static void closeLoops() {
        LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private ScriptedServer server = new ScriptedServer(0);
    private ScriptedConnection scripted;

    @AfterEach
    void stopListening() {
        scripted.close();
    }

    private NettyConnection connect(long seed, boolean pooled) throws Exception {
        scripted = ScriptedConnection.open(LOOPS, seed, ServerInfo.of(180_000).pooled(pooled), DataAccessListener.NONE);
        server = scripted.server();
        return scripted.connection();
    }

    private static Mono<String> echo(NettyConnection connection, String value) {
        return connection.execute(SqlStatement.of("INSERT " + value)).map(WireOrderTest::only);
    }

    private static String only(io.headgate.core.SqlResult result) {
        return result.rows().get(0).require(0, String.class);
    }

    /** A statement that another answer triggers on the loop does not go before a BEGIN that was enqueued earlier. */
    @Test
    void nothingOvertakesAnEarlierBegin() throws Exception {
        NettyConnection connection = connect(1, false);
        for (int i = 0; i < 2_000; i++) {
            Sinks.One<String> trigger = Sinks.one();
            Mono<String> first = trigger.asMono().flatMap(nothing -> echo(connection, "9"));
            CompletableFuture<String> inside = first.toFuture();
            // the answer comes on the loop, while this thread enqueues BEGIN
            connection.begin(TransactionOptions.defaults());
            echo(connection, "1").subscribe(trigger::tryEmitValue);
            inside.get(5, TimeUnit.SECONDS);
            connection.rollback().block(Duration.ofSeconds(5));
        }
        assertThat(server.ran()).hasSize(4_000).allMatch(ran -> ran.transaction() > 0);
    }

    /** The earlier error is not the result of a later attempt. */
    @Test
    void aPlanThatGoesStaleAfterTheTypesWereRequestedAnewIsReprepared() throws Exception {
        NettyConnection connection = connect(1, false);
        SqlStatement query = SqlStatement.of("SELECT $1").bind(7);
        connection.execute(query).block(Duration.ofSeconds(5));
        server.changeTypes(20, "42883", "26000");
        assertThat(connection.execute(query).map(WireOrderTest::only).block(Duration.ofSeconds(5)))
                .isEqualTo("7");
    }

    /** The schema changes a second time, between the description and the statement. */
    @Test
    void typesThatChangeTwiceAreRequestedTwice() throws Exception {
        NettyConnection connection = connect(1, false);
        SqlStatement query = SqlStatement.of("SELECT $1").bind(7);
        connection.execute(query).block(Duration.ofSeconds(5));
        server.typesAfterRefusals(20, 23);
        server.changeTypes(20, "42883", "42804");
        assertThat(connection.execute(query).map(WireOrderTest::only).block(Duration.ofSeconds(5)))
                .isEqualTo("7");
    }

    /** The caller receives an error that persists, after at most two descriptions. */
    @Test
    void typesThatStayAreNotRequestedForEver() throws Exception {
        NettyConnection connection = connect(1, false);
        SqlStatement query = SqlStatement.of("SELECT $1").bind(7);
        connection.execute(query).block(Duration.ofSeconds(5));
        server.typesAfterRefusals(20, 23, 20, 23, 20, 23);
        server.changeTypes(20, "42883", "42804", "42883", "42804", "42883");
        assertThatThrownBy(() -> connection.execute(query).block(Duration.ofSeconds(5)))
                .isInstanceOf(DatabaseException.class);
    }

    @Test
    void readsOfATextThatWaitTogetherShareASync() throws Exception {
        assertThat(syncsOf(i -> SqlStatement.of("SELECT $1").bind(i))).isEqualTo(64 / Group.MAX_MEMBERS);
    }

    /** One text may wait for a lock that the other does not need. */
    @Test
    void readsOfTwoTextsShareNone() throws Exception {
        assertThat(syncsOf(i -> i % 2 == 0 ? SqlStatement.of("SELECT $1").bind(i) : SqlStatement.of("SELECT " + i)))
                .isEqualTo(64);
    }

    /** The number of Syncs of 64 reads that are enqueued while the loop is busy. */
    private int syncsOf(IntFunction<SqlStatement> reads) throws Exception {
        NettyConnection connection = connect(2, true);
        // requests the parameter's type, once
        connection.execute(SqlStatement.of("SELECT $1").bind(0)).block(Duration.ofSeconds(5));
        int before = server.syncs();
        CountDownLatch enqueued = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        connection.loop().execute(() -> {
            busy.countDown();
            await(enqueued);
        });
        // the loop has finished its work after the first answer
        await(busy);
        CompletableFuture<List<String>> values = Flux.range(0, 64)
                .flatMapSequential(i -> connection.execute(reads.apply(i)).map(WireOrderTest::only), 64)
                .collectList()
                .toFuture();
        enqueued.countDown();
        assertThat(values.get(5, TimeUnit.SECONDS))
                .isEqualTo(IntStream.range(0, 64).mapToObj(String::valueOf).toList());
        return server.syncs() - before;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @RepeatedTest(40)
    void eachCallerReceivesItsOwnResultOnce(RepetitionInfo repetition) throws Exception {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        NettyConnection connection = connect(seed, random.nextBoolean());
        Map<Integer, CopyOnWriteArrayList<String>> signals = new HashMap<>();
        Set<Integer> writes = new HashSet<>();
        int calls = 300;
        CountDownLatch over = new CountDownLatch(calls);
        boolean closes = random.nextInt(4) == 0;
        for (int i = 0; i < calls; i++) {
            int id = i;
            CopyOnWriteArrayList<String> own = new CopyOnWriteArrayList<>();
            signals.put(id, own);
            boolean fails = random.nextInt(10) == 0;
            String verb = random.nextInt(4) == 0 ? "INSERT " : "SELECT ";
            if (verb.equals("INSERT ")) {
                writes.add(id);
            }
            SqlStatement statement = fails
                    ? SqlStatement.of(verb + id + " AS fail")
                    : random.nextBoolean()
                            ? SqlStatement.of(verb + id)
                            : SqlStatement.of(verb + "$1").bind(id);
            var call = connection
                    .execute(statement)
                    .map(WireOrderTest::only)
                    .doFinally(end -> over.countDown())
                    .subscribe(
                            own::add,
                            error -> own.add(((HeadgateException) error).outcome() + (fails ? " fail" : "")),
                            () -> own.add("end"));
            if (random.nextInt(8) == 0) {
                if (random.nextBoolean()) {
                    Thread.onSpinWait();
                }
                call.dispose();
            }
            if (closes && i == calls / 2) {
                connection.wire().channel().eventLoop().execute(connection.wire()::abort);
            }
        }
        assertThat(over.await(10, TimeUnit.SECONDS))
                .as("every caller has a signal")
                .isTrue();
        signals.forEach((id, own) -> {
            if (own.isEmpty()) {
                return;
            }
            if (own.size() == 2) {
                assertThat(own).containsExactly(String.valueOf(id), "end");
            } else {
                assertThat(own).hasSize(1);
                assertThat(own.get(0)).matches("(NOT_EXECUTED|UNKNOWN)( fail)?");
            }
        });
        // each result is of an executed statement, and no statement ran twice
        List<String> texts =
                server.ran().stream().map(ran -> ran.text().split(" ")[1]).toList();
        assertThat(texts).doesNotHaveDuplicates();
        signals.forEach((id, own) -> {
            if (own.size() == 2) {
                assertThat(texts).contains(String.valueOf(id));
            } else if (writes.contains(id) && own.contains(Outcome.NOT_EXECUTED.name())) {
                assertThat(texts).doesNotContain(String.valueOf(id));
            }
        });
        if (!closes) {
            Mono.defer(() -> connection.isReady()
                            ? Mono.empty()
                            : Mono.error(new IllegalStateException("not ready: " + connection + connection.wire())))
                    .retryWhen(Retry.fixedDelay(100, Duration.ofMillis(10)))
                    .block();
        }
    }

    /** All statements of a script run, or none, among reads of others, and its caller receives the right outcome. */
    @RepeatedTest(40)
    void scriptsRunAsAWhole(RepetitionInfo repetition) throws Exception {
        long seed = 2_000L + repetition.getCurrentRepetition();
        Random random = new Random(seed);
        NettyConnection connection = connect(seed, random.nextBoolean());
        Map<Integer, Integer> lengths = new HashMap<>();
        Map<Integer, CopyOnWriteArrayList<String>> signals = new HashMap<>();
        int calls = 200;
        CountDownLatch over = new CountDownLatch(calls);
        boolean closes = random.nextInt(4) == 0;
        for (int i = 0; i < calls; i++) {
            int id = i;
            CopyOnWriteArrayList<String> own = new CopyOnWriteArrayList<>();
            boolean isScript = random.nextBoolean();
            Mono<List<String>> work;
            if (isScript) {
                int length = 1 + random.nextInt(4);
                boolean fails = random.nextInt(6) == 0;
                signals.put(id, own);
                lengths.put(id, length);
                List<SqlStatement> statements = IntStream.range(0, length)
                        .mapToObj(at -> part(id, at, random.nextBoolean(), fails && at == length - 1))
                        .toList();
                work = connection
                        .atomically(statements)
                        .map(results ->
                                results.stream().map(WireOrderTest::only).toList());
            } else {
                work = connection
                        .execute(SqlStatement.of("SELECT $1").bind(-id))
                        .map(result -> List.of(only(result)));
            }
            var call = work.doFinally(end -> over.countDown())
                    .subscribe(
                            values -> own.add(String.join(",", values)),
                            error -> own.add(
                                    ((HeadgateException) error).outcome().name()));
            if (random.nextInt(8) == 0) {
                call.dispose();
            }
            if (closes && i == calls / 2) {
                connection.wire().channel().eventLoop().execute(connection.wire()::abort);
            }
        }
        assertThat(over.await(10, TimeUnit.SECONDS))
                .as("every caller has a signal")
                .isTrue();
        if (!closes) {
            connection.reset(Duration.ofSeconds(5), Duration.ofSeconds(6)).block();
        }
        List<String> ran = server.ran().stream()
                .map(Ran::text)
                .filter(text -> text.startsWith("INSERT"))
                .map(text -> text.substring("INSERT ".length()))
                .toList();
        assertThat(ran).doesNotHaveDuplicates();
        signals.forEach((id, own) -> {
            List<String> whole = IntStream.range(0, lengths.get(id))
                    .mapToObj(at -> String.valueOf(id * 10 + at))
                    .toList();
            List<String> there = ran.stream().filter(whole::contains).toList();
            assertThat(there)
                    .satisfiesAnyOf(
                            none -> assertThat(none).isEmpty(),
                            all -> assertThat(all).isEqualTo(whole));
            assertThat(own).hasSizeLessThanOrEqualTo(1);
            if (own.contains(Outcome.NOT_EXECUTED.name())) {
                assertThat(there).isEmpty();
            } else if (!own.isEmpty() && !own.contains(Outcome.UNKNOWN.name())) {
                assertThat(own).containsExactly(String.join(",", whole));
                assertThat(there).isEqualTo(whole);
            }
        });
    }

    private static SqlStatement part(int id, int at, boolean literal, boolean fails) {
        int value = id * 10 + at;
        if (fails) {
            return SqlStatement.of("INSERT " + value + " AS fail");
        }
        return literal
                ? SqlStatement.of("INSERT " + value)
                : SqlStatement.of("INSERT $1").bind(value);
    }

    /** Owners one after the other, as in a pool: the next one begins when the COMMIT before has been sent. */
    @RepeatedTest(20)
    void statementsRunInTheirTransaction(RepetitionInfo repetition) throws Exception {
        long seed = 1_000L + repetition.getCurrentRepetition();
        Random random = new Random(seed);
        NettyConnection connection = connect(seed, false);
        Mono<Void> all = Flux.range(0, 100)
                .concatMap(i -> {
                    boolean fails = random.nextInt(5) == 0;
                    boolean rollsBack = fails || random.nextInt(3) == 0;
                    Sinks.Empty<Void> released = Sinks.empty();
                    Mono<Void> work = Mono.defer(() -> {
                        connection.begin(TransactionOptions.defaults());
                        Mono<String> first = echo(connection, i + "a");
                        Mono<String> second = echo(connection, i + "b");
                        Mono<?> body = fails
                                ? first.then(connection.execute(SqlStatement.of("INSERT " + i + " AS fail")))
                                : first.then(second);
                        return body.then(
                                        rollsBack
                                                ? connection.rollback()
                                                : connection
                                                        .commit(released::tryEmitEmpty)
                                                        .then())
                                .onErrorResume(error -> connection.rollback());
                    });
                    if (rollsBack) {
                        return work;
                    }
                    Mono<Void> own = work.cache();
                    own.subscribe();
                    return Mono.firstWithSignal(released.asMono(), own);
                })
                .then();
        all.block(Duration.ofSeconds(10));
        connection.reset(Duration.ofSeconds(1), Duration.ofSeconds(2)).block();
        for (Ran each : server.ran()) {
            assertThat(each.transaction()).as(each.text()).isPositive();
            String owner = each.text().replaceAll("\\D", "");
            assertThat(server.ran().stream()
                            .filter(other -> other.transaction() == each.transaction())
                            .map(other -> other.text().replaceAll("\\D", "")))
                    .containsOnly(owner);
        }
    }
}
