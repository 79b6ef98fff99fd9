package io.headgate.pool.lane;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of callers that wait for a place on a lane, first come first served.
 *
 * <p>The thread that takes a call out of the queue decrements the count, so the count never lags for long. A call that gave up
 * takes itself out. One thread at a time drains the queue. A concurrent drain increments a counter; the draining thread checks
 * it before it stops. Lock-free, safe for use by many threads.
 */
final class LaneQueue {

    private final Queue<LaneCall> calls = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicInteger serving = new AtomicInteger();
    private volatile int bound;

    LaneQueue(int bound) {
        this.bound = bound;
    }

    int bound() {
        return bound;
    }

    /** Changes the bound; calls that already wait stay. */
    void bound(int most) {
        bound = most;
    }

    boolean isEmpty() {
        return size.get() == 0;
    }

    int size() {
        return size.get();
    }

    /** Reserves a place in the queue, if it holds fewer than the bound plus {@code more}; {@link #add} must follow. */
    boolean reserve(int more) {
        int now;
        do {
            now = size.get();
            if (now >= (long) bound + more) {
                return false;
            }
        } while (!size.compareAndSet(now, now + 1));
        return true;
    }

    /** Adds a call with a reserved place; false when its caller gave up. */
    boolean add(LaneCall call, long now) {
        if (!call.await(now)) {
            size.decrementAndGet();
            return false;
        }
        calls.add(call);
        // a call that gave up just before it was added could not take itself out
        return !call.isUnwanted() || !remove(call);
    }

    /** Takes a call out; false when it is not in the queue. */
    boolean remove(LaneCall call) {
        boolean removed = calls.remove(call);
        if (removed) {
            size.decrementAndGet();
        }
        return removed;
    }

    /**
     * Gives free places to waiting callers. One thread at a time chooses the pairs of caller and place. It sends the statements
     * afterwards, because sending may run a caller's code: the driver may refuse the statement at once.
     */
    void drain(Supplier<@Nullable Lane> places, BiConsumer<LaneCall, Lane> serve) {
        List<Match> matches;
        do {
            matches = match(places);
            for (Match each : matches) {
                serve.accept(each.call(), each.place());
            }
        } while (!matches.isEmpty());
    }

    private List<Match> match(Supplier<@Nullable Lane> places) {
        if (serving.getAndIncrement() != 0) {
            return List.of();
        }
        List<Match> matches = new ArrayList<>();
        int seen = 1;
        do {
            Lane place;
            while (!calls.isEmpty() && (place = places.get()) != null) {
                LaneCall next = poll();
                if (next == null) {
                    place.free();
                } else {
                    matches.add(new Match(next, place));
                }
            }
            seen = serving.addAndGet(-seen);
        } while (seen != 0);
        return matches;
    }

    private record Match(LaneCall call, Lane place) {}

    private @Nullable LaneCall poll() {
        LaneCall next = calls.poll();
        if (next != null) {
            size.decrementAndGet();
        }
        return next;
    }

    /** Takes out the calls that joined up to the given time. */
    void takeUntil(long nanos, Consumer<LaneCall> taker) {
        LaneCall next;
        while ((next = calls.peek()) != null && next.waitingSince() - nanos <= 0) {
            if (remove(next)) {
                taker.accept(next);
            }
        }
    }
}
