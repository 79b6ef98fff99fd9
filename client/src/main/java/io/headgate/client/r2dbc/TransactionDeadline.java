package io.headgate.client.r2dbc;

import io.headgate.client.r2dbc.ConnectionDefaults.Timeouts;
import io.headgate.core.driver.support.EarlyEnd;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The time that a transaction may take from its beginning, as in Spring's {@code @Transactional(timeout)}. The remaining time
 * limits each next statement; when no time is left, the statement is not sent. Work that the server counts as several
 * statements, such as the fetches of a stream, is given up when the time is over. So is a statement that waited behind others
 * of its transaction, because the server counts from the start of its execution. The wait for a connection is limited; commit
 * and rollback, also to a savepoint, are not. Immutable.
 */
final class TransactionDeadline {

    static final TransactionDeadline NONE = new TransactionDeadline(null, () -> 0);

    /** Grace for the server's own error, which says more and comes within a round trip. */
    private static final Duration SERVERS_GRACE = Duration.ofMillis(100);

    private final @Nullable Duration limit;
    private final LongSupplier nanoTime;
    private final long begun;

    /** Ends everything under way, one after another: subscribers that merge several get the first end. */
    private final Sinks.Empty<Void> over = Sinks.empty();

    private final Sinks.Empty<Void> overLater = Sinks.empty();

    private TransactionDeadline(@Nullable Duration limit, LongSupplier nanoTime) {
        this.limit = limit;
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
    }

    /** @param limit null or zero for no end */
    static TransactionDeadline after(@Nullable Duration limit, LongSupplier nanoTime) {
        return limit == null || limit.isZero() ? NONE : new TransactionDeadline(limit, nanoTime);
    }

    boolean isSet() {
        return limit != null;
    }

    /**
     * The limits of a statement that is to be sent now.
     *
     * @throws TimeIsOverException if there is no time left
     */
    Timeouts bound(Timeouts wanted) {
        if (limit == null) {
            return wanted;
        }
        Duration left = left();
        Duration statement = wanted.statement();
        boolean isShorter = statement != null && !statement.isZero() && statement.compareTo(left) < 0;
        return isShorter ? wanted : wanted.statement(left);
    }

    /**
     * The remaining time. Call it only if a limit is set.
     *
     * @throws TimeIsOverException if there is no time left
     */
    Duration left() {
        Duration left = untilOver();
        if (left.isNegative() || left.isZero()) {
            throw new TimeIsOverException(Objects.requireNonNull(limit));
        }
        return left;
    }

    private Duration untilOver() {
        return Objects.requireNonNull(limit, "no deadline is set").minusNanos(nanoTime.getAsLong() - begun);
    }

    /**
     * Ends work with a {@link TimeIsOverException} when the time is over. Call it only if a limit is set.
     *
     * @param whenOver receives that error before any subscriber
     */
    <T> Flux<T> end(Publisher<T> work, Consumer<Throwable> whenOver) {
        return end(work, timer(over, Duration.ZERO), whenOver);
    }

    /** Ends a statement with a grace: the server ends it by itself unless it waited behind others of its transaction. */
    <T> Flux<T> endLater(Publisher<T> statement, Consumer<Throwable> whenOver) {
        return end(statement, timer(overLater, SERVERS_GRACE), whenOver);
    }

    private <T> Flux<T> end(Publisher<T> work, Mono<Void> timer, Consumer<Throwable> whenOver) {
        Duration given = Objects.requireNonNull(limit);
        return endBy(work, timer, () -> TimeIsOverException.underWay(given))
                // the timer came first, so the caller gets only this error
                .doOnError(TimeIsOverException.class, error -> {
                    if (error.outcome() == Outcome.UNKNOWN) {
                        whenOver.accept(error);
                    }
                });
    }

    /** Ends a wait for the transaction to begin. Nothing was sent. */
    <T> Mono<T> endWait(Mono<T> opened) {
        Duration given = Objects.requireNonNull(limit);
        return endBy(opened, timer(over, Duration.ZERO), () -> new TimeIsOverException(given))
                .next();
    }

    private <T> Flux<T> endBy(Publisher<T> work, Mono<Void> timer, Supplier<TimeIsOverException> end) {
        left();
        return EarlyEnd.of(work, timer.then(Mono.error(end)));
    }

    /** Each has its own timer; the first that expires ends them all, on its thread. */
    private Mono<Void> timer(Sinks.Empty<Void> end, Duration grace) {
        return Mono.defer(() -> Mono.firstWithSignal(
                end.asMono(),
                Mono.delay(untilOver().plus(grace))
                        .then(Mono.fromRunnable(end::tryEmitEmpty))
                        // subscribers that were signalled before may block that thread
                        .then(Mono.delay(SERVERS_GRACE))
                        .then()));
    }

    /** A statement was sent after, or was under way at, the end of its transaction's time. */
    static final class TimeIsOverException extends HeadgateException {

        private static final long serialVersionUID = 1L;

        TimeIsOverException(Duration limit) {
            this(limit, "the statement was not sent", Outcome.NOT_EXECUTED);
        }

        static TimeIsOverException underWay(Duration limit) {
            return new TimeIsOverException(limit, "what was under way has been given up", Outcome.UNKNOWN);
        }

        private TimeIsOverException(Duration limit, String what, Outcome outcome) {
            super(
                    "the transaction's time is over, " + limit.toMillis() + " ms from its beginning (a timeout such as"
                            + " @Transactional's, or LOCK_WAIT_TIMEOUT); " + what + ", roll back",
                    null,
                    outcome,
                    false);
        }
    }
}
