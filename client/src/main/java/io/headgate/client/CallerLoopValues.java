package io.headgate.client;

import io.headgate.core.reactive.CaughtSignals;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;

/**
 * Hands the values of a Flux over to the caller's event loop, in order. No more is asked for than the caller wants, and no
 * more than {@link #WINDOW} is on its way, so that a fast server does not fill the memory of a slow caller.
 */
final class CallerLoopValues<T> extends CallerLoopSignals<T> {

    /** Reactor's own for a hand-over between threads. */
    static final int WINDOW = Queues.SMALL_BUFFER_SIZE;

    /** Most results are a few rows. */
    private static final int QUEUE_SEGMENT = 16;

    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<CallerLoopValues> SIGNALS =
            AtomicIntegerFieldUpdater.newUpdater(CallerLoopValues.class, "signals");

    private final Queue<T> arrived = Queues.<T>unbounded(QUEUE_SEGMENT).get();
    private @Nullable Throwable error;
    private volatile boolean ended;

    /** The caller has been told of the end, or has gone. */
    private volatile boolean over;

    private volatile int signals;

    /** What the caller wants and was not asked for yet, and what was asked for and not delivered; under the monitor. */
    private long wanted;

    private int underWay;

    CallerLoopValues(CoreSubscriber<? super T> actual, Executor loop, Supplier<@Nullable Executor> current) {
        super(actual, loop, current);
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            ask(n, 0);
        }
    }

    /** Asks for as much as the caller wants and the window leaves, once half of it has been delivered. */
    private void ask(long more, int delivered) {
        int next;
        synchronized (this) {
            wanted = Operators.addCap(wanted, more);
            underWay -= delivered;
            if (wanted == 0 || underWay > WINDOW / 2) {
                return;
            }
            next = (int) Math.min(wanted, WINDOW - underWay);
            underWay += next;
            if (wanted != Long.MAX_VALUE) {
                wanted -= next;
            }
        }
        super.request(next);
    }

    @Override
    public void cancel() {
        over = true;
        super.cancel();
        if (SIGNALS.getAndIncrement(this) == 0) {
            discard();
        }
    }

    @Override
    public void onNext(T value) {
        if (over) {
            Operators.onDiscard(value, currentContext());
            return;
        }
        arrived.offer(value);
        handOver();
    }

    @Override
    public void onError(Throwable failure) {
        error = failure;
        ended = true;
        handOver();
    }

    @Override
    public void onComplete() {
        ended = true;
        handOver();
    }

    private void handOver() {
        if (SIGNALS.getAndIncrement(this) == 0) {
            runOnLoop();
        }
    }

    @Override
    public void run() {
        int seen = signals;
        do {
            deliver();
            seen = SIGNALS.addAndGet(this, -seen);
        } while (seen != 0);
    }

    private void deliver() {
        boolean last = ended;
        int delivered = 0;
        T value;
        while (!over && (value = arrived.poll()) != null) {
            try {
                actual.onNext(value);
            } catch (Throwable thrown) {
                // what Reactor calls fatal; nothing else would end the caller's wait
                cancel();
                CaughtSignals.tell(actual, thrown);
                return;
            }
            delivered++;
        }
        if (over) {
            discard();
        } else if (!last) {
            ask(0, delivered);
        } else {
            over = true;
            end();
        }
    }

    private void end() {
        try {
            if (error != null) {
                actual.onError(error);
            } else {
                actual.onComplete();
            }
        } catch (Throwable thrown) {
            // as at a value
            CaughtSignals.tell(actual, thrown);
        }
    }

    private void discard() {
        Operators.onDiscardQueueWithClear(arrived, currentContext(), null);
    }
}
