package io.headgate.pool.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.TransactionEndedException;
import io.headgate.pool.Signals;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class DrainGateTest {

    @Test
    void runsTheActionAtOnceWhenNobodyIsInside() {
        DrainGate gate = new DrainGate();
        AtomicInteger runs = new AtomicInteger();
        assertThat(gate.enter()).isTrue();
        gate.leave();
        assertThat(gate.shut(runs::incrementAndGet)).isTrue();
        assertThat(runs).hasValue(1);
        assertThat(gate.enter()).isFalse();
    }

    @Test
    void leavesTheActionToTheLastInside() {
        DrainGate gate = new DrainGate();
        AtomicInteger runs = new AtomicInteger();
        gate.enter();
        gate.enter();
        gate.shut(runs::incrementAndGet);
        gate.leave();
        assertThat(runs).hasValue(0);
        gate.leave();
        assertThat(runs).hasValue(1);
    }

    @Test
    void dropsTheActionOfASecondShut() {
        DrainGate gate = new DrainGate();
        AtomicInteger second = new AtomicInteger();
        assertThat(gate.shut(() -> {})).isTrue();
        assertThat(gate.shut(second::incrementAndGet)).isFalse();
        assertThat(second).hasValue(0);
    }

    @Test
    void letsASourceThroughUntilItIsShut() {
        DrainGate gate = new DrainGate();
        List<String> order = new ArrayList<>();
        Mono<String> guarded = gate.guard(
                Mono.fromSupplier(() -> {
                    gate.shut(() -> order.add("shut"));
                    order.add("subscribed");
                    return "value";
                }),
                TransactionEndedException::new);
        assertThat(guarded.block()).isEqualTo("value");
        assertThat(order).containsExactly("subscribed", "shut");
        assertThat(Signals.of(guarded).error()).isInstanceOf(TransactionEndedException.class);
        assertThat(order).hasSize(2);
    }

    @Test
    void leavesWhenASourceThrows() {
        DrainGate gate = new DrainGate();
        Mono<String> throwing = gate.guard(
                new Mono<>() {
                    @Override
                    public void subscribe(reactor.core.CoreSubscriber<? super String> actual) {
                        throw new NoClassDefFoundError("x");
                    }
                },
                TransactionEndedException::new);
        try {
            throwing.subscribe();
        } catch (NoClassDefFoundError expected) {
            assertThat(expected).hasMessage("x");
        }
        AtomicInteger runs = new AtomicInteger();
        gate.shut(runs::incrementAndGet);
        assertThat(runs).hasValue(1);
    }

    /** Lincheck's model checker tries the ways in which two users and two that shut can interleave. */
    @Test
    void runsOneActionOnceAndOnlyWhenEmpty() {
        Lincheck.runConcurrentTest(500, () -> {
            DrainGate gate = new DrainGate();
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger runs = new AtomicInteger();
            Runnable use = () -> {
                if (gate.enter()) {
                    inside.incrementAndGet();
                    check(runs.get() == 0, "somebody entered after the action");
                    inside.decrementAndGet();
                    gate.leave();
                }
            };
            Runnable shut = () -> {
                boolean first = gate.shut(() -> {
                    check(inside.get() == 0, "the action ran with somebody inside");
                    runs.incrementAndGet();
                });
                check(!first || !gate.enter(), "the gate is open after it was shut");
            };
            List<Thread> threads = List.of(new Thread(use), new Thread(use), new Thread(shut), new Thread(shut));
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                join(thread);
            }
            check(runs.get() == 1, "the action did not run once");
        });
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
