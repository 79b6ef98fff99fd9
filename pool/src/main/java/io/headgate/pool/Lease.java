package io.headgate.pool;

import io.headgate.core.Notification;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.CopyConnection;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.support.CaughtSignals;
import io.headgate.core.driver.support.StatementEffect;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.TransactionEndedException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A connection lent to one borrower. Everything the borrower does goes through the lease's gate, so nothing reaches the
 * connection once it has been given back; only the work of a transaction can outlive its lease and meet that. What the work
 * throws out of a signal goes to the owner of the lease, not to the driver.
 */
final class Lease {

    /** What has run for so long may wait for a lock, unless it is known to take that long. */
    private static final long OVERDUE = TimeUnit.SECONDS.toNanos(1);

    private final DriverConnection connection;
    private final Runnable whenCommitting;
    private final Consumer<Throwable> whenThrown;
    private final UseGate gate = new UseGate();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger changes = new AtomicInteger();
    private volatile @Nullable LeftOverStreams streams;
    private volatile long overdueNanos = OVERDUE;
    private volatile @Nullable String lastStatement;
    private volatile boolean inTransaction;
    private volatile boolean committing;

    // belongs to the pool's event queue
    private int changesSeen = -1;
    private long unchangedSince;
    private boolean seen;
    private long seenSince;

    /**
     * @param whenCommitting runs when the COMMIT has been sent, and what is sent from then on goes behind it
     * @param whenThrown takes what the work throws out of a signal of the connection
     */
    Lease(DriverConnection connection, Runnable whenCommitting, Consumer<Throwable> whenThrown) {
        this.connection = connection;
        this.whenCommitting = whenCommitting;
        this.whenThrown = whenThrown;
    }

    Mono<SqlResult> execute(SqlStatement statement) {
        lastStatement = statement.text();
        return guard(counted(connection.execute(statement)));
    }

    Flux<SqlRow> stream(SqlStatement query) {
        lastStatement = query.text();
        return guard(connection.stream(query));
    }

    Mono<Long> copyIn(String copySql, Publisher<ByteBuffer> data) {
        lastStatement = copySql;
        if (connection instanceof CopyConnection copying) {
            // what it throws when it is asked for data would end in the driver and be no end for anybody
            return guard(copying.copyIn(copySql, CaughtSignals.heard(Flux.from(data))));
        }
        return Mono.error(() -> cannotCopy("INSERT ... SELECT FROM unnest($1, $2) with an array a column"));
    }

    Flux<ByteBuffer> copyOut(String copySql) {
        lastStatement = copySql;
        if (connection instanceof CopyConnection copying) {
            return leftOver().add(copySql, guard(copying.copyOut(copySql)));
        }
        return Flux.error(() -> cannotCopy("stream(...)"));
    }

    Flux<Notification> notifications() {
        return guard(connection.notifications());
    }

    private static ConfigurationException cannotCopy(String instead) {
        return new ConfigurationException(
                "this driver cannot COPY; use that of headgate-driver-netty (headgate-driver-r2dbc can load), or "
                        + instead);
    }

    /** Makes the next statement the first of a transaction; when the lease has ended, there is none. */
    void begin(TransactionOptions options) {
        if (gate.enter()) {
            try {
                inTransaction = true;
                connection.begin(options);
            } finally {
                gate.leave();
            }
        }
    }

    Mono<Void> commit() {
        return guard(counted(connection.commit(whenCommitting)).doFirst(() -> committing = true));
    }

    Mono<Void> rollback() {
        return guard(counted(connection.rollback()));
    }

    private <T> Mono<T> counted(Mono<T> statement) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                changes.incrementAndGet();
                underWay.incrementAndGet();
                statement
                        .doFinally(end -> {
                            underWay.decrementAndGet();
                            changes.incrementAndGet();
                        })
                        .subscribe(actual);
            }
        };
    }

    /** From what time on the next statement takes far longer than it does as a rule, in nanoseconds. */
    void overdueFrom(long nanos) {
        overdueNanos = nanos;
    }

    /**
     * Looks at what the user does with the connection, as far as calls of this tell; what the others say is of the last look. Called by
     * the pool's event queue only.
     */
    void look(long now) {
        if (!seen) {
            seen = true;
            seenSince = now;
        }
        int number = changes.get();
        if (number != changesSeen) {
            changesSeen = number;
            unchangedSince = now;
        }
    }

    /** Whether no statement has run for so long. A stream or a copy is none: its reader may be waiting for something else. */
    boolean isIdle(long now, long nanos) {
        return underWay.get() == 0 && now - unchangedSince >= nanos;
    }

    /** Whether a statement has run for far longer than it does as a rule: it may wait for a lock. */
    boolean isOverdue(long now) {
        return underWay.get() > 0 && now - unchangedSince >= overdueNanos;
    }

    /** Whether it has been in a transaction for so long, whatever that does. */
    boolean isInTransactionFor(long now, long nanos) {
        return inTransaction && now - seenSince >= nanos;
    }

    private <T> Flux<T> guard(Flux<T> source) {
        Flux<T> caught = new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> work) {
                source.subscribe(new CaughtSignals<>(work, whenThrown));
            }
        };
        return gate.guard(caught, TransactionEndedException::new);
    }

    /** The streams of a new transaction. */
    LeftOverStreams leftOver() {
        LeftOverStreams made = new LeftOverStreams(whenThrown);
        streams = made;
        return made;
    }

    /** Ends the streams that are left over: those that the work did not cancel, since an operator of its own threw before. */
    void endStreams() {
        LeftOverStreams left = streams;
        if (left != null) {
            left.end(false);
        }
    }

    private <T> Mono<T> guard(Mono<T> source) {
        Mono<T> caught = new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> work) {
                source.subscribe(new CaughtSignals<>(work, whenThrown));
            }
        };
        return gate.guard(caught, TransactionEndedException::new);
    }

    /**
     * What is known of the effect of all that was done, if the connection is closed now. What may still be handed over at this
     * moment is not known; a transaction takes effect with its COMMIT, and other work is one statement.
     */
    Outcome outcomeIfClosed() {
        String statement = lastStatement;
        boolean harmless = gate.isQuiet()
                && (statement == null || (inTransaction ? !committing : StatementEffect.of(statement) == Effect.NONE));
        return harmless ? Outcome.NOT_EXECUTED : Outcome.UNKNOWN;
    }

    /** The work threw out of a signal. */
    void threw(Throwable error) {
        whenThrown.accept(error);
    }

    UseGate gate() {
        return gate;
    }

    DriverConnection connection() {
        return connection;
    }

    @Nullable
    String lastStatement() {
        return lastStatement;
    }
}
