package io.headgate.client.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlSession;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.SignalType;
import reactor.util.context.Context;

/**
 * What every layer promises for a call that it lets through: it is lazy, ends with one signal, passes cancellation, demand and Context
 * on, runs the work of a transaction once a subscription, and drops nothing. Extend it for each layer.
 */
public abstract class LayerContract {

    private final NextLayer next = new NextLayer();
    private final List<Object> dropped = new CopyOnWriteArrayList<>();
    private SqlExecutor layer;

    /** The layer, in front of another. */
    protected abstract SqlExecutor layer(SqlExecutor nextLayer);

    /**
     * One way to call a layer.
     *
     * @param event what the next layer notes of its innermost part
     */
    protected record Call(String name, String event, boolean isStream, Function<SqlExecutor, Publisher<?>> call) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static SqlStatement statement() {
        return SqlStatement.of("SELECT 1");
    }

    private static final TransactionOptions OPTIONS = TransactionOptions.serializableReport();

    private static Call transaction(
            String name, String event, boolean isStream, Function<SqlTransaction, Publisher<?>> work) {
        return new Call(
                name + " in a transaction", event, isStream, layer -> layer.inTransaction(OPTIONS, work::apply));
    }

    private static Call session(String name, String event, boolean isStream, Function<SqlSession, Publisher<?>> work) {
        return new Call(name + " in a session", event, isStream, layer -> layer.sessionConnection(work::apply));
    }

    static Stream<Call> calls() {
        Flux<ByteBuffer> data = Flux.range(0, 3).map(ByteBuffer::allocate);
        String execute = "execute SELECT 1";
        String stream = "stream SELECT 1";
        List<SqlStatement> two = List.of(statement(), statement());
        return Stream.of(
                new Call("execute", execute, false, layer -> layer.execute(statement())),
                new Call("atomically", "atomically", false, layer -> layer.atomically(two)),
                new Call("stream", stream, true, layer -> layer.stream(statement())),
                new Call("copyIn", "copyIn", false, layer -> layer.copyIn("COPY t FROM STDIN", data)),
                new Call("copyOut", "copyOut", true, layer -> layer.copyOut("COPY t TO STDOUT")),
                transaction("execute", execute, false, tx -> tx.execute(statement())),
                transaction("stream", stream, true, tx -> tx.stream(statement())),
                transaction("savepoint", execute, false, tx -> tx.savepoint(inner -> inner.execute(statement()))),
                transaction(
                        "stream in a savepoint", stream, true, tx -> tx.savepoint(inner -> inner.stream(statement()))),
                transaction("createSavepoint", "savepoint s", false, tx -> tx.createSavepoint("s")),
                transaction("rollbackToSavepoint", "rollback to s", false, tx -> tx.rollbackToSavepoint("s")),
                transaction("releaseSavepoint", "release s", false, tx -> tx.releaseSavepoint("s")),
                session("execute", execute, false, session -> session.execute(statement())),
                session("stream", stream, true, session -> session.stream(statement())),
                session("atomically", "atomically", false, session -> session.atomically(two)),
                session("copyIn", "copyIn", false, session -> session.copyIn("COPY t FROM STDIN", data)),
                session("copyOut", "copyOut", true, session -> session.copyOut("COPY t TO STDOUT")),
                session("listen", "listen", true, session -> session.listen("channel")),
                session(
                        "transaction",
                        execute,
                        false,
                        session -> session.inTransaction(OPTIONS, tx -> tx.execute(statement()))));
    }

    static Stream<Call> streams() {
        return calls().filter(Call::isStream);
    }

    @BeforeEach
    void watch() {
        layer = layer(next);
        Hooks.onErrorDropped(dropped::add);
        Hooks.onNextDropped(dropped::add);
    }

    @AfterEach
    void nothingWasDropped() {
        Hooks.resetOnErrorDropped();
        Hooks.resetOnNextDropped();
        assertThat(dropped).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void nothingHappensBeforeASubscription(Call call) {
        Publisher<?> publisher = call.call().apply(layer);
        assertThat(next.events).isEmpty();
        Flux.from(publisher).blockLast();
        List<String> first = List.copyOf(next.events);
        assertThat(first).isNotEmpty();
        next.events.clear();
        Flux.from(publisher).blockLast();
        assertThat(next.events).as("each subscription runs it anew").isEqualTo(first);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void theNextLayerSeesWhatItWouldSeeWithoutThisOne(Call call) {
        NextLayer alone = new NextLayer();
        List<Object> expected = new ArrayList<>();
        Flux.from(call.call().apply(alone))
                .materialize()
                .map(signal -> signal.getType())
                .toIterable()
                .forEach(expected::add);
        List<Object> signals = new ArrayList<>();
        Flux.from(call.call().apply(layer))
                .materialize()
                .map(signal -> signal.getType())
                .toIterable()
                .forEach(signals::add);
        assertThat(signals).as("values, then one end").isEqualTo(expected);
        assertThat(plain(next.events)).isEqualTo(plain(alone.events));
    }

    /** Without demand, and without the options of statements, which a layer may set. */
    private static List<String> plain(List<String> events) {
        return events.stream()
                .filter(event -> !event.startsWith("request"))
                .map(event -> event.replaceAll(" StatementOptions\\[.*?]", ""))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void anErrorPassesOnceAndNothingIsRepeated(Call call) {
        next.broken = call.event();
        Signals signals = new Signals(Long.MAX_VALUE);
        call.call().apply(layer).subscribe(signals);
        assertThat(signals.ends).containsExactly(next.error);
        assertThat(next.events)
                .filteredOn(event -> event.startsWith(call.event()))
                .hasSize(1);
        assertThat(next.events).doesNotContain("commit");
        assertEveryBeginHasItsEnd();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void cancellationPassesToTheInnermost(Call call) {
        next.silent = call.event();
        Signals signals = new Signals(Long.MAX_VALUE);
        call.call().apply(layer).subscribe(signals);
        signals.cancel();
        assertThat(next.events).anyMatch(event -> event.startsWith("cancel " + call.event()));
        assertThat(signals.ends).isEmpty();
        assertThat(next.events).doesNotContain("commit");
        assertEveryBeginHasItsEnd();
    }

    private void assertEveryBeginHasItsEnd() {
        assertThat(count("commit") + count("rollback")).isEqualTo(count("begin " + OPTIONS));
        assertThat(count("close")).isEqualTo(count("open"));
    }

    private long count(String event) {
        return next.events.stream().filter(event::equals).count();
    }

    @ParameterizedTest
    @MethodSource("streams")
    void demandPasses(Call call) {
        Signals signals = new Signals(3);
        call.call().apply(layer).subscribe(signals);
        assertThat(signals.values).hasValue(3);
        assertThat(next.events)
                .as("no more is asked for than a window")
                .anyMatch(event -> event.startsWith("request"))
                .noneMatch(event -> event.startsWith("request " + Long.MAX_VALUE));
        signals.request(2);
        assertThat(signals.values).hasValue(5);
        signals.cancel();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void theContextPasses(Call call) {
        Signals signals = new Signals(Long.MAX_VALUE);
        call.call().apply(layer).subscribe(signals);
        assertThat(next.contexts)
                .as("also to begin, commit, open and close")
                .isNotEmpty()
                .allMatch("its value"::equals);
    }

    @Test
    void theContextPassesToARollback() {
        Signals signals = new Signals(Long.MAX_VALUE);
        layer.inTransaction(TransactionOptions.defaults(), tx -> Flux.error(new IllegalStateException("of the work")))
                .subscribe(signals);
        assertThat(next.events).containsExactly("begin " + TransactionOptions.defaults(), "rollback");
        assertThat(next.contexts).allMatch("its value"::equals);
    }

    @Test
    void theWorkSeesWithWhichOptionsItWasBegun() {
        assertThat(layer.inTransaction(TransactionOptions.defaults(), tx -> Flux.just(tx.options()))
                        .blockLast())
                .isEqualTo(next.options());
    }

    @Test
    void theWorkRunsOnceASubscription() {
        AtomicInteger runs = new AtomicInteger();
        Flux<Integer> transaction = layer.inTransaction(TransactionOptions.defaults(), tx -> {
            runs.incrementAndGet();
            return tx.savepoint(inner -> {
                runs.addAndGet(10);
                return Flux.just(1);
            });
        });
        transaction.blockLast();
        assertThat(runs).hasValue(11);
        transaction.blockLast();
        assertThat(runs).hasValue(22);
    }

    @Test
    void anErrorOfTheWorkIsTheCallers() {
        IllegalStateException failure = new IllegalStateException("of the work");
        Signals signals = new Signals(Long.MAX_VALUE);
        layer.inTransaction(TransactionOptions.defaults(), tx -> {
                    throw failure;
                })
                .subscribe(signals);
        assertThat(signals.ends).hasSize(1);
        assertThat(next.events).endsWith("rollback").doesNotContain("commit");
    }

    /** A subscriber that counts values, keeps ends, and has a value in its Context. */
    private static final class Signals extends BaseSubscriber<Object> {

        private final long demand;
        private final AtomicInteger values = new AtomicInteger();
        private final List<Object> ends = new CopyOnWriteArrayList<>();

        Signals(long demand) {
            this.demand = demand;
        }

        @Override
        public Context currentContext() {
            return Context.of(NextLayer.KEY, "its value");
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(demand);
        }

        @Override
        protected void hookOnNext(Object value) {
            values.incrementAndGet();
        }

        @Override
        protected void hookOnComplete() {
            ends.add(SignalType.ON_COMPLETE);
        }

        @Override
        protected void hookOnError(Throwable error) {
            ends.add(error);
        }
    }
}
