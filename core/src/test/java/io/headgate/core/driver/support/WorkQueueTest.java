package io.headgate.core.driver.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkQueueTest {

    private final List<String> log = new ArrayList<>();
    private final WorkQueue queue = new WorkQueue(Runnable::run);

    private void submit(String name) {
        queue.submit(() -> log.add(name));
    }

    @Test
    void runsOnePieceAfterTheOtherInTheOrderOfSubmission() {
        submit("a");
        submit("b");
        submit("c");
        assertThat(log).containsExactly("a");
        queue.done();
        assertThat(log).containsExactly("a", "b");
        queue.done();
        assertThat(queue.isIdle()).isFalse();
        queue.done();
        assertThat(log).containsExactly("a", "b", "c");
        assertThat(queue.isIdle()).isTrue();
    }

    @Test
    void tellsOfIdlenessWhenNothingIsLeftAndNothingHoldsIt() {
        queue.hold();
        submit("a");
        queue.whenIdle().subscribe(nothing -> {}, error -> {}, () -> log.add("idle"));
        queue.done();
        assertThat(log).containsExactly("a");
        queue.release();
        assertThat(log).containsExactly("a", "idle");
    }

    /** A signalled waiter may submit a task at once. Later waiters must not be signalled until that task has ended. */
    @Test
    void tellsOneAfterTheOther() {
        submit("a");
        queue.whenIdle().subscribe(nothing -> {}, error -> {}, () -> submit("b"));
        queue.whenIdle().subscribe(nothing -> {}, error -> {}, () -> log.add("idle"));
        queue.done();
        assertThat(log).containsExactly("a", "b");
        queue.done();
        assertThat(log).containsExactly("a", "b", "idle");
    }

    @Test
    void takesAnyNumberOfPiecesThatEndAtOnce() {
        AtomicInteger ran = new AtomicInteger();
        submit("a");
        for (int i = 0; i < 100_000; i++) {
            queue.submit(() -> {
                ran.incrementAndGet();
                queue.done();
            });
        }
        queue.done();
        assertThat(ran).hasValue(100_000);
        assertThat(queue.isIdle()).isTrue();
    }

    @Test
    void aPieceThatThrowsAfterItsEndDoesNotStopThoseBehindIt() {
        queue.submit(() -> {
            queue.done();
            throw new IllegalStateException("a caller's");
        });
        submit("a");
        assertThat(log).containsExactly("a");
    }

    @Test
    void isNotIdleBeforeEverythingSentWasAnswered() {
        AtomicBoolean answered = new AtomicBoolean();
        List<Runnable> later = new ArrayList<>();
        WorkQueue late = new WorkQueue(Runnable::run, later::add, answered::get);
        late.submit(() -> {});
        late.whenIdle().subscribe(nothing -> {}, error -> {}, () -> log.add("idle"));
        late.done();
        assertThat(late.isIdle()).isFalse();
        answered.set(true);
        later.forEach(Runnable::run);
        assertThat(late.isIdle()).isTrue();
        assertThat(log).containsExactly("idle");
    }
}
