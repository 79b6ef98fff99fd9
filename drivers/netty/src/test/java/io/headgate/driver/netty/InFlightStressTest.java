package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Race;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A waiter is signalled once, and only while nothing is in flight. */
class InFlightStressTest {

    /** A connection with one statement in flight; one thread is its event loop. */
    private static final class Connection {

        final Queue<Runnable> loop = new ConcurrentLinkedQueue<>();
        final InFlight inFlight = new InFlight(loop::add);
        final AtomicInteger ended = new AtomicInteger();
        final AtomicInteger signals = new AtomicInteger();
        final AtomicInteger early = new AtomicInteger();

        Connection() {
            inFlight.begin();
        }

        void end() {
            ended.incrementAndGet();
            inFlight.end();
        }

        void work() {
            Runnable task;
            while ((task = loop.poll()) != null) {
                task.run();
            }
        }

        void await(Runnable then) {
            inFlight.whenNone().subscribe(nothing -> {}, error -> {}, () -> {
                signals.incrementAndGet();
                then.run();
            });
        }
    }

    @Test
    void signalsAWaiterThatComesWhileTheLastWorkEnds() {
        Race.run(
                Connection::new,
                connection -> {
                    connection.end();
                    connection.work();
                },
                connection -> connection.await(() -> connection.early.addAndGet(1 - connection.ended.get())),
                connection -> {
                    connection.work();
                    assertThat(connection.signals).hasValue(1);
                    assertThat(connection.early).hasValue(0);
                    assertThat(connection.inFlight.isNone()).isTrue();
                });
    }

    /** The first waiter sends work in its signal, so the second one must not be signalled before that work has ended. */
    @Test
    void signalsNoWaiterWhileWorkIsInFlight() {
        Race.run(
                () -> {
                    Connection connection = new Connection();
                    connection.await(connection.inFlight::begin);
                    return connection;
                },
                connection -> {
                    connection.end();
                    connection.work();
                },
                connection -> connection.await(connection.inFlight::begin),
                connection -> {
                    connection.work();
                    assertThat(connection.signals).hasValue(1);
                    connection.end();
                    connection.work();
                    assertThat(connection.signals).hasValue(2);
                });
    }

    @Test
    void countsWhatManyThreadsBeginAndEnd() {
        Race.run(
                Connection::new,
                connection -> {
                    connection.inFlight.begin();
                    connection.end();
                },
                connection -> {
                    connection.inFlight.begin();
                    connection.end();
                },
                connection -> assertThat(connection.inFlight.count()).isEqualTo(1));
    }
}
