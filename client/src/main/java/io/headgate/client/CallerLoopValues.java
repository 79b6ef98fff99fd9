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
 * Delivers the values of a Flux on the caller's event loop, in order. It requests no more than the caller's demand, and at most
 * {@link #WINDOW} values are in transit, so that a fast server does not fill the memory of a slow caller.
 */
final class CallerLoopValues<T> extends CallerLoopSignals<T> {

    /** Reactor's own size for a hand-over between threads. */
    static final int WINDOW = Queues.SMALL_BUFFER_SIZE;

    /** Most results are a few rows. */
    private static final int QUEUE_SEGMENT = 16;

    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<CallerLoopValues> SIGNALS =
            AtomicIntegerFieldUpdater.newUpdater(CallerLoopValues.class, "signals");

    private final Queue<T> arrived = Queues.<T>unbounded(QUEUE_SEGMENT).get();
    private @Nullable Throwable error;
    private volatile boolean ended;

    /** The caller has received its terminal signal, or has cancelled. */
    private volatile boolean over;

    private volatile int signals;

    /** The caller's demand that was not requested yet. Guarded by the monitor. */
    private long wanted;

    /** Values requested and not delivered yet. Guarded by the monitor. */
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

    /** Requests up to the caller's demand and the free part of the window, once half of the window has been delivered. */
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
                // an error that Reactor treats as fatal; without this signal the caller would wait for ever
                cancel();
                CaughtSignals.signalError(actual, thrown);
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
            // as in onNext
            CaughtSignals.signalError(actual, thrown);
        }
    }

    private void discard() {
        Operators.onDiscardQueueWithClear(arrived, currentContext(), null);
    }
}
