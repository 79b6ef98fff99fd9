package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Work done again and again by many callers at once, of whom one in five leaves at once and two at some moment. */
final class RandomCancellation {

    private static final int CALLERS = 256;
    private static final int LONGEST_MICROS = 8_000;

    private final SplittableRandom random = new SplittableRandom(20261121);
    private final Semaphore concurrent = new Semaphore(CALLERS);
    private final Map<String, AtomicInteger> ends = new ConcurrentHashMap<>();

    /** What is done. */
    @FunctionalInterface
    interface Work {
        /**
         * @param number counts up
         * @param kind from 0 to less than the number of kinds
         */
        Publisher<?> of(int number, int kind);
    }

    /** Runs it, and holds that every caller ends once, by completion or cancellation, and that there are many of either. */
    static void run(int times, int kinds, Work work) throws InterruptedException {
        RandomCancellation running = new RandomCancellation();
        for (int i = 0; i < times; i++) {
            running.concurrent.acquire();
            running.start(work.of(i, running.random.nextInt(kinds)));
        }
        assertThat(running.concurrent.tryAcquire(CALLERS, 60, TimeUnit.SECONDS))
                .as("every caller ended: " + running.ends)
                .isTrue();
        assertThat(running.ends.keySet()).as(running.ends.toString()).isSubsetOf("onComplete", "cancel");
        assertThat(running.ends.get("cancel").get()).isGreaterThan(times / 10);
        assertThat(running.ends.get("onComplete").get()).isGreaterThan(times / 10);
    }

    private void start(Publisher<?> work) {
        Disposable running = Flux.from(work)
                .doFinally(signal -> {
                    ended(signal.toString());
                    concurrent.release();
                })
                .subscribe(value -> {}, error -> ended(error.toString()));
        int moment = random.nextInt(5);
        if (moment == 0) {
            running.dispose();
        } else if (moment < 3) {
            Schedulers.parallel().schedule(running::dispose, random.nextLong(LONGEST_MICROS), TimeUnit.MICROSECONDS);
        }
    }

    private void ended(String how) {
        ends.computeIfAbsent(how, key -> new AtomicInteger()).incrementAndGet();
    }
}
