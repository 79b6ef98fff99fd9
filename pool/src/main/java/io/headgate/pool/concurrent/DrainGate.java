package io.headgate.pool.concurrent;

import io.headgate.core.error.HeadgateException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * Admits hand-overs until it is shut, and runs an action when the last admitted hand-over has ended.
 *
 * <p>While one thread cancels a subscriber, another thread may be about to send the subscriber's next statement. If the
 * connection were given back between the two, the statement would run for the next borrower, outside its transaction. So each
 * hand-over enters and leaves the gate. Shutting refuses later hand-overs, and runs its action after those inside have left.
 *
 * <p>State: the number of hand-overs inside, and one bit for shut. Every change is one atomic update. The thread that makes the
 * state shut and empty runs the action, once. Lock-free, safe for use by many threads.
 */
public final class DrainGate {

    private static final int SHUT = 1 << 30;

    private final AtomicInteger state = new AtomicInteger();
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile Runnable whenQuiet = () -> {};

    /** Whether a hand-over may begin; if so, {@link #leave} must follow. */
    public boolean enter() {
        int now;
        do {
            now = state.get();
            if ((now & SHUT) != 0) {
                return false;
            }
        } while (!state.compareAndSet(now, now + 1));
        return true;
    }

    /** Ends a hand-over that had entered. */
    public void leave() {
        if (state.decrementAndGet() == SHUT) {
            whenQuiet.run();
        }
    }

    /**
     * Shuts the gate.
     *
     * @param action runs when no thread is inside: now, or on the last thread that leaves
     * @return false if it had been shut before; the action is then dropped
     */
    public boolean shut(Runnable action) {
        // taken once, so that a second caller does not replace the first one's action
        if (!taken.compareAndSet(false, true)) {
            return false;
        }
        whenQuiet = action;
        if (state.updateAndGet(now -> now | SHUT) == SHUT) {
            action.run();
        }
        return true;
    }

    /** Whether it is shut and no thread is inside. */
    public boolean isQuiet() {
        return state.get() == SHUT;
    }

    /** A source that is subscribed to inside this gate, or fails when it is shut. */
    public <T> Mono<T> guard(Mono<T> source, Supplier<? extends HeadgateException> refusal) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                subscribeInside(source, actual, refusal);
            }
        };
    }

    /** A source that is subscribed to inside this gate, or fails when it is shut. */
    public <T> Flux<T> guard(Flux<T> source, Supplier<? extends HeadgateException> refusal) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                subscribeInside(source, actual, refusal);
            }
        };
    }

    private <T> void subscribeInside(
            Publisher<T> source, CoreSubscriber<? super T> actual, Supplier<? extends HeadgateException> refusal) {
        if (!enter()) {
            Operators.error(actual, refusal.get());
            return;
        }
        try {
            source.subscribe(actual);
        } finally {
            leave();
        }
    }
}
