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

    /** One way to call a layer. */
    protected record Call(String name, boolean isStream, Function<SqlExecutor, Publisher<?>> call) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static SqlStatement statement() {
        return SqlStatement.of("SELECT 1");
    }

    private static Call transaction(String name, boolean isStream, Function<SqlTransaction, Publisher<?>> work) {
        return new Call(
                name + " in a transaction",
                isStream,
                layer -> layer.inTransaction(TransactionOptions.defaults(), work::apply));
    }

    private static Call session(String name, boolean isStream, Function<SqlSession, Publisher<?>> work) {
        return new Call(name + " in a session", isStream, layer -> layer.sessionConnection(work::apply));
    }

    static Stream<Call> calls() {
        Flux<ByteBuffer> data = Flux.range(0, 3).map(ByteBuffer::allocate);
        return Stream.of(
                new Call("execute", false, layer -> layer.execute(statement())),
                new Call("atomically", false, layer -> layer.atomically(List.of(statement(), statement()))),
                new Call("stream", true, layer -> layer.stream(statement())),
                new Call("copyIn", false, layer -> layer.copyIn("COPY t FROM STDIN", data)),
                new Call("copyOut", true, layer -> layer.copyOut("COPY t TO STDOUT")),
                transaction("execute", false, tx -> tx.execute(statement())),
                transaction("stream", true, tx -> tx.stream(statement())),
                transaction("savepoint", false, tx -> tx.savepoint(inner -> inner.execute(statement()))),
                transaction("stream in a savepoint", true, tx -> tx.savepoint(inner -> inner.stream(statement()))),
                transaction(
                        "named savepoints",
                        false,
                        tx -> tx.createSavepoint("s")
                                .then(tx.rollbackToSavepoint("s"))
                                .then(tx.releaseSavepoint("s"))),
                session("execute", false, session -> session.execute(statement())),
                session("copyIn", false, session -> session.copyIn("COPY t FROM STDIN", data)),
                session("listen", true, session -> session.listen("channel")),
                session(
                        "transaction",
                        false,
                        session ->
                                session.inTransaction(TransactionOptions.defaults(), tx -> tx.execute(statement()))));
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
        assertThat(withoutDemand(next.events)).isEqualTo(withoutDemand(alone.events));
    }

    private static List<String> withoutDemand(List<String> events) {
        return events.stream().filter(event -> !event.startsWith("request")).toList();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void anErrorPassesOnce(Call call) {
        IllegalStateException failure = new IllegalStateException("of the next layer");
        next.error = failure;
        Signals signals = new Signals(Long.MAX_VALUE);
        call.call().apply(layer).subscribe(signals);
        assertThat(signals.ends).containsExactly(failure);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void cancellationPasses(Call call) {
        next.isSilent = true;
        Signals signals = new Signals(Long.MAX_VALUE);
        call.call().apply(layer).subscribe(signals);
        String waitedFor = next.events.get(next.events.size() - 1);
        String source =
                waitedFor.startsWith("request") ? waitedFor.substring(waitedFor.indexOf(" of ") + 4) : waitedFor;
        signals.cancel();
        assertThat(next.events).contains("cancel " + source);
        assertThat(signals.ends).isEmpty();
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
        assertThat(next.events).containsExactly("begin", "rollback");
        assertThat(next.contexts).allMatch("its value"::equals);
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
