package io.headgate.pool.lease;

import io.headgate.core.error.TransactionEndedException;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/**
 * The end of a savepoint: its release, or the rollback to it. When its caller has given up, that end may still be to be sent, by the
 * thread that is about to leave the savepoint's gate. The transaction then waits for it ({@link LeasedTransaction#hold}): a statement
 * that went before would be undone with the savepoint, though it was told as done.
 *
 * <p>States: to come, awaited, sent. Every move is one compare-and-set; the transaction is released by the one who sends, or by the one
 * who found that it was sent.
 */
final class SavepointEnd {

    private enum State {
        TO_COME,
        AWAITED,
        SENT
    }

    private final LeasedTransaction transaction;

    /** Completes when the transaction is held no longer: whoever found the hold and waits for it then finds it gone. */
    private final Sinks.Empty<Void> released = Sinks.empty();

    private final Mono<Void> over = released.asMono();
    private final AtomicReference<State> state = new AtomicReference<>(State.TO_COME);

    SavepointEnd(LeasedTransaction transaction) {
        this.transaction = transaction;
    }

    /** The caller has given up: what the transaction does next waits until the end has been sent. */
    void isAwaited() {
        if (state.get() == State.TO_COME
                && transaction.hold(over)
                && !state.compareAndSet(State.TO_COME, State.AWAITED)) {
            transaction.release(over);
            released.tryEmitEmpty();
        }
    }

    /** A command that is the end; refused when the transaction has ended, and the savepoint with it. */
    Mono<Void> sends(Mono<Void> command) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Void> actual) {
                boolean entered = transaction.enter();
                try {
                    // while the transaction is held it may be ending, and waits for this
                    if (entered || state.get() == State.AWAITED) {
                        command.subscribe(actual);
                    } else {
                        Operators.error(actual, new TransactionEndedException());
                    }
                } finally {
                    boolean awaited = state.getAndSet(State.SENT) == State.AWAITED;
                    if (awaited) {
                        transaction.release(over);
                    }
                    if (entered) {
                        transaction.leave();
                    }
                    if (awaited) {
                        released.tryEmitEmpty();
                    }
                }
            }
        };
    }
}
