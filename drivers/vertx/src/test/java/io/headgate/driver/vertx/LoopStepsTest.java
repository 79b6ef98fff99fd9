package io.headgate.driver.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.concurrent.DefaultEventExecutor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopStepsTest {

    private final DefaultEventExecutor loop = new DefaultEventExecutor();
    private final LoopSteps steps = new LoopSteps(loop);
    private final List<String> log = new CopyOnWriteArrayList<>();

    @AfterEach
    void end() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private Runnable says(String what) {
        return () -> log.add(what);
    }

    private void onLoop(Runnable task) {
        loop.submit(task).syncUninterruptibly();
    }

    @Test
    void runsAStepOfTheLoopAtOnceWhenNoneWaits() {
        onLoop(() -> {
            steps.run(says("step"));
            log.add("after");
        });
        assertThat(log).containsExactly("step", "after");
    }

    /** The loop runs somebody's code, which hands over a step after another thread did. */
    @Test
    void aStepOfTheLoopGoesBehindThoseOfOtherThreadsAndNotInsideItsCaller() throws InterruptedException {
        CountDownLatch onLoop = new CountDownLatch(1);
        CountDownLatch handedOver = new CountDownLatch(1);
        loop.execute(() -> {
            onLoop.countDown();
            try {
                handedOver.await();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
            steps.run(says("second"));
            log.add("its caller");
        });
        onLoop.await();
        steps.run(says("first"));
        handedOver.countDown();
        onLoop(() -> {});
        onLoop(() -> {});
        assertThat(log).containsExactly("its caller", "first", "second");
    }

    @Test
    void whatAStepHandsOverRunsAfterIt() {
        steps.run(() -> {
            steps.run(says("inner"));
            log.add("outer");
        });
        onLoop(() -> {});
        onLoop(() -> {});
        assertThat(log).containsExactly("outer", "inner");
    }

    @Test
    void aStepThatThrowsKeepsNoOtherFromRunning() {
        steps.run(() -> {
            throw new NoClassDefFoundError("Missing");
        });
        steps.run(says("next"));
        onLoop(() -> {});
        assertThat(log).containsExactly("next");
    }

    @Test
    void aStepIsRefusedWhenTheLoopHasEnded() {
        end();
        assertThatThrownBy(() -> steps.run(says("never"))).isInstanceOf(RejectedExecutionException.class);
        assertThat(log).isEmpty();
    }
}
