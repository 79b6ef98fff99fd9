package io.headgate.core.driver.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Race;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Tasks must run one at a time and in order, and none may be lost. A waiter for the idle queue must be signalled exactly once and not too
 * early. The queue only logs what a task throws, so tasks count failures.
 */
class WorkQueueStressTest {

    /** A connection with a work queue; one thread is its event loop. */
    private static final class Connection {

        final Queue<Runnable> loop = new ConcurrentLinkedQueue<>();
        final WorkQueue queue;
        final AtomicInteger atWork = new AtomicInteger();
        final AtomicInteger overlaps = new AtomicInteger();
        final AtomicInteger signals = new AtomicInteger();
        final AtomicInteger early = new AtomicInteger();
        // not thread-safe: the queue must run its tasks one at a time
        final List<Integer> ran = new ArrayList<>();

        Connection() {
            queue = new WorkQueue(loop::add);
        }

        Connection(Executor threads) {
            queue = new WorkQueue(threads);
        }

        void work() {
            Runnable task;
            while ((task = loop.poll()) != null) {
                task.run();
            }
        }

        void submit(int name) {
            queue.submit(() -> {
                overlaps.addAndGet(atWork.getAndSet(1));
                ran.add(name);
            });
        }

        void submitWithItsEnd(int name) {
            queue.submit(() -> {
                overlaps.addAndGet(atWork.getAndSet(1));
                ran.add(name);
                atWork.set(0);
                queue.done();
            });
        }

        void done() {
            atWork.set(0);
            queue.done();
            work();
        }

        void await(Runnable then) {
            queue.whenIdle().subscribe(nothing -> {}, error -> {}, () -> {
                signals.incrementAndGet();
                early.addAndGet(atWork.get());
                then.run();
            });
        }
    }

    @Test
    void runsWhatAnotherThreadSubmitsOneAtATimeAndInOrder() {
        Race.run(
                () -> {
                    Connection connection = new Connection();
                    connection.submit(0);
                    connection.work();
                    return connection;
                },
                Connection::done,
                connection -> {
                    connection.submit(1);
                    connection.submit(2);
                },
                connection -> {
                    connection.work();
                    connection.done();
                    connection.done();
                    assertThat(connection.ran).containsExactly(0, 1, 2);
                    assertThat(connection.overlaps).hasValue(0);
                    assertThat(connection.queue.isIdle()).isTrue();
                });
    }

    /** Stricter than an event loop: each submitting thread also runs tasks, and each task ends within its own start. */
    @Test
    void takesTurnsThoughManyThreadsWork() {
        Race.run(
                () -> new Connection(Runnable::run),
                connection -> {
                    connection.submitWithItsEnd(1);
                    connection.submitWithItsEnd(2);
                },
                connection -> {
                    connection.submitWithItsEnd(3);
                    connection.submitWithItsEnd(4);
                },
                connection -> {
                    assertThat(connection.ran)
                            .containsExactlyInAnyOrder(1, 2, 3, 4)
                            .containsSubsequence(1, 2)
                            .containsSubsequence(3, 4);
                    assertThat(connection.overlaps).hasValue(0);
                    assertThat(connection.queue.isIdle()).isTrue();
                });
    }

    @Test
    void tellsWhoComesWhileTheLastPieceEnds() {
        Race.run(
                () -> {
                    Connection connection = new Connection();
                    connection.submit(0);
                    connection.work();
                    return connection;
                },
                Connection::done,
                connection -> connection.await(() -> {}),
                connection -> {
                    connection.work();
                    assertThat(connection.signals).hasValue(1);
                    assertThat(connection.early).hasValue(0);
                });
    }

    /** The signalled waiter submits a task at once, so the other waiter must not be signalled before that task has ended. */
    @Test
    void tellsNobodyOfARestThatIsOver() {
        Race.run(
                () -> {
                    Connection connection = new Connection();
                    connection.submit(0);
                    connection.work();
                    connection.await(() -> connection.submit(1));
                    return connection;
                },
                Connection::done,
                connection -> connection.await(() -> connection.submit(1)),
                connection -> {
                    connection.work();
                    assertThat(connection.signals).hasValue(1);
                    connection.done();
                    assertThat(connection.signals).hasValue(2);
                    assertThat(connection.early).hasValue(0);
                });
    }

    @Test
    void aHoldThatEndsElsewhereKeepsItFromRest() {
        Race.run(
                () -> {
                    Connection connection = new Connection();
                    connection.submit(0);
                    connection.queue.hold();
                    connection.work();
                    connection.await(() -> {});
                    return connection;
                },
                Connection::done,
                connection -> connection.queue.release(),
                connection -> {
                    connection.work();
                    assertThat(connection.signals).hasValue(1);
                    assertThat(connection.early).hasValue(0);
                });
    }
}
