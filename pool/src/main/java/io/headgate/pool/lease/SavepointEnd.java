package io.headgate.pool.lease;

import io.headgate.core.error.TransactionEndedException;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/**
 * The end of a savepoint: its release, or the rollback to it. When the savepoint's caller has given up, the thread that is
 * about to leave the savepoint's gate may still have to send that end. The transaction then waits for it ({@link
 * LeasedTransaction#hold}): a statement sent earlier would be undone with the savepoint, although its caller got a success.
 *
 * <p>States: to come, awaited, sent. Every move is atomic. The transaction is released by the thread that sends the end, or by
 * the thread that finds that it was sent.
 */
final class SavepointEnd {

    private enum State {
        TO_COME,
        AWAITED,
        SENT
    }

    private final LeasedTransaction transaction;

    /** Completes after the hold was removed, so that a statement that waited for the hold no longer finds it. */
    private final Sinks.Empty<Void> released = Sinks.empty();

    private final Mono<Void> over = released.asMono();
    private final AtomicReference<State> state = new AtomicReference<>(State.TO_COME);

    SavepointEnd(LeasedTransaction transaction) {
        this.transaction = transaction;
    }

    /** The caller has given up: the transaction's next statements wait until the end has been sent. */
    void isAwaited() {
        if (state.get() == State.TO_COME
                && transaction.hold(over)
                && !state.compareAndSet(State.TO_COME, State.AWAITED)) {
            transaction.release(over);
            released.tryEmitEmpty();
        }
    }

    /** The command that ends the savepoint; refused when the transaction, and the savepoint with it, has ended. */
    Mono<Void> sends(Mono<Void> command) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Void> actual) {
                boolean entered = transaction.enter();
                try {
                    // a held transaction may already be ending; it waits for this command
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
