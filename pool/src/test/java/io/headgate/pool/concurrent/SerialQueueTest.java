package io.headgate.pool.concurrent;

import static io.headgate.pool.Interleaving.check;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.Interleaving;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/** The order of what a queue runs, and with the model checker that events neither overlap nor get lost. */
class SerialQueueTest {

    private static final int TRIES = Boolean.getBoolean("headgate.test.long") ? 3_000 : 60;

    private final List<String> log = new ArrayList<>();

    @Test
    void runsWhatAnEventBringsAfterIt() {
        SerialQueue queue = new SerialQueue("test", () -> {});
        queue.run(() -> {
            queue.run(() -> log.add("inner"));
            log.add("outer");
        });
        assertThat(log).containsExactly("outer", "inner");
    }

    @Test
    void runsWhatIsForCallersAfterWhatIsThePoolsOwnAndBothOutsideTheQueue() {
        SerialQueue queue = new SerialQueue("test", () -> log.add("after events"));
        queue.run(() -> {
            queue.forCaller(() -> {
                log.add("caller");
                queue.run(() -> log.add("event of the caller"));
                log.add("caller goes on");
            });
            assertThat(queue.owesCallers()).isTrue();
            queue.afterwards(() -> log.add("pool"));
            log.add("event");
        });
        assertThat(log)
                .containsExactly(
                        "event",
                        "after events",
                        "pool",
                        "caller",
                        "event of the caller",
                        "after events",
                        "caller goes on");
    }

    @Test
    void goesOnAfterWhateverThrows() {
        SerialQueue queue = new SerialQueue("test", () -> {
            throw new IllegalStateException("after events");
        });
        queue.run(() -> {
            queue.afterwards(() -> {
                throw new IllegalStateException("the pool's");
            });
            queue.forCaller(() -> {
                throw new NoClassDefFoundError("a caller's");
            });
            queue.forCaller(() -> log.add("the next caller's"));
            throw new NoClassDefFoundError("an event");
        });
        queue.run(() -> log.add("event"));
        assertThat(log).containsExactly("the next caller's", "event");
    }

    /** What an event throws is only logged, so each event counts what is wrong and the end tells of it. */
    @Test
    void eventsDoNotOverlapAndNoneIsLost() {
        Lincheck.runConcurrentTest(TRIES, () -> {
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger overlaps = new AtomicInteger();
            AtomicInteger runs = new AtomicInteger();
            AtomicInteger seen = new AtomicInteger();
            SerialQueue queue = new SerialQueue("test", () -> {
                overlaps.addAndGet(inside.getAndIncrement());
                seen.set(runs.get());
                inside.decrementAndGet();
            });
            Runnable event = () -> {
                overlaps.addAndGet(inside.getAndIncrement());
                runs.incrementAndGet();
                inside.decrementAndGet();
            };
            Interleaving.of(
                    () -> {
                        queue.run(event);
                        queue.run(event);
                    },
                    () -> queue.run(event));
            check(overlaps.get() == 0, "two events at a time");
            check(runs.get() == 3, "ran " + runs.get() + " of 3");
            check(seen.get() == 3, "the queue was left before all was seen to");
        });
    }

    @Test
    void eventsOfAThreadRunInItsOrder() {
        Lincheck.runConcurrentTest(TRIES, () -> {
            SerialQueue queue = new SerialQueue("test", () -> {});
            AtomicInteger order = new AtomicInteger();
            Interleaving.of(
                    () -> {
                        queue.run(() -> order.set(order.get() * 10 + 1));
                        queue.run(() -> order.set(order.get() * 10 + 2));
                    },
                    () -> queue.run(() -> {}));
            check(order.get() == 12, "ran in the order " + order.get());
        });
    }

    @Test
    void whatIsToRunOutsideRunsOnceAndOutside() {
        Lincheck.runConcurrentTest(TRIES, () -> {
            AtomicInteger pools = new AtomicInteger();
            AtomicInteger callers = new AtomicInteger();
            SerialQueue queue = new SerialQueue("test", () -> {});
            Runnable come = () -> queue.run(() -> {
                queue.afterwards(pools::incrementAndGet);
                queue.forCaller(callers::incrementAndGet);
            });
            Interleaving.of(come, come);
            check(pools.get() == 2, pools.get() + " of the pool's 2 ran");
            check(callers.get() == 2, callers.get() + " of the callers' 2 ran");
        });
    }
}
