package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Schedulers;

/**
 * Work done again and again by many callers at once, of whom one in five leaves at once and two at some moment. Every other
 * one subscribes on an event loop, as a server does.
 */
final class RandomCancellation {

    private static final int CALLERS = 256;
    private static final int LONGEST_MICROS = 8_000;

    private final SplittableRandom random = new SplittableRandom(20261121);
    private final Semaphore concurrent = new Semaphore(CALLERS);
    private final Map<String, AtomicInteger> ends = new ConcurrentHashMap<>();
    private final Set<Integer> left = ConcurrentHashMap.newKeySet();

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
    static RandomCancellation run(int times, int kinds, Work work) throws InterruptedException {
        RandomCancellation running = new RandomCancellation();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                2, new DefaultThreadFactory("random-cancellation", true), NioIoHandler.newFactory());
        try {
            for (int i = 0; i < times; i++) {
                running.concurrent.acquire();
                Runnable caller = running.caller(i, work.of(i, running.random.nextInt(kinds)));
                if (i % 2 == 0) {
                    caller.run();
                } else {
                    loops.next().execute(caller);
                }
            }
            assertThat(running.concurrent.tryAcquire(CALLERS, 60, TimeUnit.SECONDS))
                    .as("every caller ended: " + running.ends)
                    .isTrue();
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
        assertThat(running.ends.keySet()).as(running.ends.toString()).isSubsetOf("onComplete", "cancel");
        assertThat(running.ends.get("cancel").get()).isGreaterThan(times / 10);
        assertThat(running.ends.get("onComplete").get()).isGreaterThan(times / 10);
        return running;
    }

    /** Whether a caller left before its work had ended. */
    boolean hasLeft(int number) {
        return left.contains(number);
    }

    private Runnable caller(int number, Publisher<?> work) {
        int moment = random.nextInt(5);
        long micros = random.nextLong(LONGEST_MICROS);
        return () -> {
            Disposable running = Flux.from(work)
                    .doFinally(signal -> {
                        ended(signal.toString());
                        if (signal == SignalType.CANCEL) {
                            left.add(number);
                        }
                        concurrent.release();
                    })
                    .subscribe(value -> {}, error -> ended(error.toString()));
            if (moment == 0) {
                running.dispose();
            } else if (moment < 3) {
                Schedulers.parallel().schedule(running::dispose, micros, TimeUnit.MICROSECONDS);
            }
        };
    }

    private void ended(String how) {
        ends.computeIfAbsent(how, key -> new AtomicInteger()).incrementAndGet();
    }
}
