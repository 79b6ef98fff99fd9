package io.headgate.pool;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;

/**
 * Runs single statements on leases, and knows which are stuck there. Signals, cancellation and errors are those of
 * {@link LeasePool}. Safe for use by many threads.
 */
final class OnLease {

    static final TransactionOptions READ_ONLY = TransactionOptions.defaults().asReadOnly();

    private final LeasePool leases;
    private final StatementTimes times;
    private final LongSupplier clock;

    /** The texts under way on leases; of changes at the same moment one may be lost, until the next. */
    private final Set<StatementProfile> underWay = ConcurrentHashMap.newKeySet();

    OnLease(LeasePool leases, StatementTimes times, LongSupplier clock) {
        this.leases = leases;
        this.times = times;
        this.clock = clock;
    }

    /** Runs a statement. */
    Mono<SqlResult> run(SqlStatement statement) {
        return leases.useOnce(lease -> lease.execute(statement));
    }

    /**
     * Runs a statement in a transaction in which PostgreSQL refuses to write: SQLSTATE 25006.
     *
     * @param begun runs when a lease was found
     */
    Mono<SqlResult> read(SqlStatement statement, StatementProfile profile, Runnable begun) {
        return leases.useOnce(lease -> {
            begun.run();
            return observed(
                    profile,
                    LeasedTransaction.run(lease, READ_ONLY, transaction -> transaction.execute(statement))
                            .singleOrEmpty());
        });
    }

    /** Has a profile know of an execution on a lease. */
    Mono<SqlResult> observed(StatementProfile profile, Mono<SqlResult> execution) {
        return execution
                .doFirst(() -> begun(profile))
                .doOnSuccess(answer -> profile.answeredOnLease())
                .doFinally(end -> ended(profile));
    }

    private void begun(StatementProfile profile) {
        profile.begunOnLease(clock.getAsLong());
        underWay.add(profile);
    }

    private void ended(StatementProfile profile) {
        if (profile.endedOnLease(clock.getAsLong())) {
            underWay.remove(profile);
        }
    }

    /**
     * Whether a statement of this text has to wait for a lease, however long that takes. It was found stuck on a lane, and
     * would be again. A lease comes: at least one is held by a read that is stuck too, and so not by a transaction that waits
     * for this one.
     */
    boolean mustWait(StatementProfile profile) {
        if (!profile.isSuspect()) {
            return false;
        }
        long now = clock.getAsLong();
        long stuckFrom = times.stuckFrom();
        return underWay.stream().anyMatch(text -> text.isStuckOnLeases(now, stuckFrom));
    }
}
