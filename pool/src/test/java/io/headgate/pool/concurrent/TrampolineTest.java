package io.headgate.pool.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TrampolineTest {

    private final Trampoline trampoline = new Trampoline();

    @Test
    void aTaskThatStartsTheNextDoesNotGrowTheStack() {
        AtomicInteger ran = new AtomicInteger();
        Runnable[] task = new Runnable[1];
        task[0] = () -> {
            if (ran.incrementAndGet() < 1_000_000) {
                trampoline.run(task[0]);
            }
        };
        trampoline.run(task[0]);
        assertThat(ran).hasValue(1_000_000);
    }

    @Test
    void aTaskStartedWithinAnotherRunsAfterIt() {
        List<String> order = new ArrayList<>();
        trampoline.run(() -> {
            trampoline.run(() -> order.add("inner"));
            order.add("outer");
        });
        assertThat(order).containsExactly("outer", "inner");
    }

    @Test
    void aTaskThatThrowsLeavesTheThreadUsable() {
        assertThatThrownBy(() -> trampoline.run(() -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        AtomicInteger ran = new AtomicInteger();
        trampoline.run(ran::incrementAndGet);
        assertThat(ran).hasValue(1);
    }

    /** A task that never ran would be an attempt to connect that never ends. */
    @Test
    void aTaskThatThrowsKeepsNoOtherFromRunning() {
        AtomicInteger ran = new AtomicInteger();
        assertThatThrownBy(() -> trampoline.run(() -> {
                    trampoline.run(ran::incrementAndGet);
                    trampoline.run(() -> {
                        throw new IllegalStateException("the second");
                    });
                    trampoline.run(ran::incrementAndGet);
                    throw new IllegalStateException("the first");
                }))
                .hasMessage("the first");
        assertThat(ran).hasValue(2);
    }

    /** Credentials may come from another database, whose pool opens a connection on the same thread. */
    @Test
    void aTaskMayWaitForATaskOfAnotherTrampoline() {
        AtomicInteger ran = new AtomicInteger();
        trampoline.run(() -> {
            new Trampoline().run(ran::incrementAndGet);
            assertThat(ran).hasValue(1);
        });
        assertThat(ran).hasValue(1);
    }

    @Test
    void aTaskThatBlocksHoldsUpNoOtherThread() throws Exception {
        CountDownLatch blocks = new CountDownLatch(1);
        CountDownLatch began = new CountDownLatch(1);
        Thread blocked = new Thread(() -> trampoline.run(() -> {
            began.countDown();
            try {
                blocks.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }));
        blocked.start();
        assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
        AtomicInteger ran = new AtomicInteger();
        trampoline.run(ran::incrementAndGet);
        assertThat(ran).hasValue(1);
        blocks.countDown();
        blocked.join();
    }
}
