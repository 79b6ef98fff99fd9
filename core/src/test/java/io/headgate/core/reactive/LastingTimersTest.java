package io.headgate.core.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class LastingTimersTest {

    private final Scheduler delegate = Schedulers.newParallel("delegate", 1);
    private final Scheduler timers = LastingTimers.of(delegate);

    @Test
    void takesTasksAfterItsDelegateWasShutDown() throws Exception {
        delegate.dispose();
        CountDownLatch ran = new CountDownLatch(4);
        timers.schedule(ran::countDown);
        timers.schedule(ran::countDown, 1, TimeUnit.MILLISECONDS);
        timers.createWorker().schedule(ran::countDown);
        timers.schedulePeriodically(ran::countDown, 1, 1_000, TimeUnit.MILLISECONDS);
        assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void boundsAWaitAfterItsDelegateWasShutDown() {
        delegate.dispose();
        StepVerifier.create(Mono.never().timeout(Duration.ofMillis(10), timers))
                .expectError(TimeoutException.class)
                .verify(Duration.ofSeconds(10));
    }

    @Test
    void usesItsDelegateWhileItRuns() throws Exception {
        CountDownLatch ran = new CountDownLatch(1);
        timers.schedule(() -> {
            if (Thread.currentThread().getName().startsWith("delegate")) {
                ran.countDown();
            }
        });
        assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
        delegate.dispose();
    }
}
