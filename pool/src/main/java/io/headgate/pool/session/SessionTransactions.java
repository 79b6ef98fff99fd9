package io.headgate.pool.session;

import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.error.ConfigurationException;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.connection.Patience;
import io.headgate.pool.lease.Lease;
import io.headgate.pool.lease.LeasedTransaction;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * The transactions of a session, one at a time. A transaction that its caller gives up is undone. The session's next statement
 * waits for that; otherwise it would run inside the transaction. Safe for use by many threads.
 */
final class SessionTransactions {

    private static final Logger logger = LoggerFactory.getLogger(SessionTransactions.class);

    private final Lease lease;
    private final PoolOptions options;
    private final Scheduler timers;
    private final AtomicReference<@Nullable Turn> last = new AtomicReference<>();

    SessionTransactions(Lease lease, PoolOptions options, Scheduler timers) {
        this.lease = lease;
        this.timers = timers;
        this.options = options;
    }

    /** Completes when every transaction that was given up has been undone. */
    Mono<Void> rest() {
        return Mono.defer(() -> {
            Turn before = last.get();
            return before != null && before.givenUp && !before.hasEnded()
                    ? before.over().then(rest())
                    : Mono.empty();
        });
    }

    <T> Flux<T> run(TransactionOptions transaction, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return Flux.defer(() -> {
            Turn before = last.get();
            Turn mine = new Turn();
            if (before != null && before.isOpen()) {
                return Flux.error(new ConfigurationException(
                        "a transaction or stream of this session is open; begin the next one when it has ended, or use the"
                                + " transaction's own stream and savepoint"));
            }
            if ((before != null && !before.hasEnded()) || !last.compareAndSet(before, mine)) {
                // after the wait another transaction may be open
                return rest().thenMany(run(transaction, work));
            }
            return LeasedTransaction.run(
                            lease,
                            transaction,
                            work,
                            () -> mine.endingBy(sentFirst(lease.commit(), mine)),
                            () -> mine.endingBy(sentFirst(lease.rollback(), mine)),
                            () -> mine.endingBy(reset()))
                    // set before the work is cancelled: the next transaction may be requested at once
                    .doOnCancel(() -> resetIfGivenUp(mine.givenUp()));
        });
    }

    /** Sends the end before a reset: the reset then waits for that end and rolls nothing back itself. */
    private Mono<Void> sentFirst(Mono<Void> end, Turn mine) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Void> actual) {
                end.subscribe(actual);
                resetIfGivenUp(mine.begun());
            }
        };
    }

    /** Resets the connection if needed: an end that was sent may be behind a statement that runs for long. */
    private void resetIfGivenUp(Turn turn) {
        if (turn.needsReset()) {
            reset().doOnTerminate(turn::oneHasEnded).subscribe();
        }
    }

    /** If the reset fails, the connection is closed, and the session ends with it. */
    private Mono<Void> reset() {
        DriverConnection connection = lease.connection();
        return Mono.defer(() -> connection.isReady()
                        ? Mono.empty()
                        : connection.reset(options.cancelGrace(), options.resetTimeout()))
                .timeout(Patience.ofReset(options), timers)
                .onErrorResume(error -> {
                    logger.debug("closing a session connection that did not come to rest: {}", error.toString());
                    return connection
                            .close()
                            .timeout(SessionUse.CLOSING, timers)
                            .onErrorComplete();
                });
    }

    private static final class Turn {

        private final Sinks.Empty<Void> over = Sinks.empty();
        private volatile boolean givenUp;
        private volatile boolean ending;
        private final AtomicBoolean resetting = new AtomicBoolean();

        /** The transaction's end, and the reset after it was given up: the next statement waits for both. */
        private final AtomicInteger endsToCome = new AtomicInteger(1);

        /** Whether it continues for its caller. */
        boolean isOpen() {
            return !givenUp && !hasEnded();
        }

        boolean hasEnded() {
            return endsToCome.get() == 0;
        }

        Mono<Void> endingBy(Mono<Void> end) {
            return end.doOnTerminate(this::oneHasEnded);
        }

        Turn begun() {
            ending = true;
            return this;
        }

        Turn givenUp() {
            givenUp = true;
            return this;
        }

        /**
         * Whether it was given up, its end has begun, and no reset was started yet. If so, counts the reset as a further end to
         * wait for.
         */
        boolean needsReset() {
            return givenUp
                    && ending
                    && resetting.compareAndSet(false, true)
                    && endsToCome.getAndUpdate(before -> before == 0 ? 0 : before + 1) > 0;
        }

        void oneHasEnded() {
            if (endsToCome.decrementAndGet() == 0) {
                over.tryEmitEmpty();
            }
        }

        Mono<Void> over() {
            return over.asMono();
        }
    }
}
