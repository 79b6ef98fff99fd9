package io.headgate.pool.lane;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.pool.lease.LaneFallback;
import io.headgate.pool.lease.Lease;
import io.headgate.pool.lease.LeasePool;
import io.headgate.pool.lease.LeasedTransaction;
import io.headgate.pool.statement.StatementProfile;
import io.headgate.pool.statement.StatementTimes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * Runs single statements on leases, and tracks which of them are stuck. Signals, cancellation and errors are those of {@link
 * LeasePool}. Safe for use by many threads.
 */
public final class OnLease {

    public static final TransactionOptions READ_ONLY =
            TransactionOptions.defaults().asReadOnly();

    private final LeasePool leases;
    private final StatementTimes times;
    private final LongSupplier clock;

    /** The reads under way on leases whose texts could run on lanes. */
    private final Set<Execution> underWay = ConcurrentHashMap.newKeySet();

    public OnLease(LeasePool leases, StatementTimes times, LongSupplier clock) {
        this.leases = leases;
        this.times = times;
        this.clock = clock;
    }

    /** Runs a statement. */
    public Mono<SqlResult> run(SqlStatement statement) {
        return leases.useOnce(lease -> lease.execute(statement));
    }

    /**
     * Runs a statement that could run on a lane, and measures its time.
     *
     * @param waited how long its caller has already waited, in nanoseconds
     */
    public Mono<SqlResult> run(SqlStatement statement, StatementProfile profile, long waited) {
        return leases.useOnce(waited, lease -> run(lease, statement, profile));
    }

    /** As {@link #run(SqlStatement, StatementProfile, long)}, but uses the fallback when every connection is lent. */
    public Mono<SqlResult> runOrElse(
            SqlStatement statement, StatementProfile profile, long waited, LaneFallback<SqlResult> elsewhere) {
        return leases.useOnceOrElse(waited, lease -> run(lease, statement, profile), elsewhere);
    }

    private Mono<SqlResult> run(Lease lease, SqlStatement statement, StatementProfile profile) {
        if (profile.isKnown()) {
            lease.activity().overdueFrom(Math.max(times.stuckFrom(), profile.overdueFrom()));
        }
        long since = clock.getAsLong();
        return observed(profile, lease.execute(statement)).doOnSuccess(answer -> {
            long now = clock.getAsLong();
            times.observe(profile, times.atServer(now - since), now);
        });
    }

    /** Whether a lease connection is open. */
    boolean hasOpen() {
        return leases.state().open() > 0;
    }

    /**
     * Runs a statement in a transaction in which PostgreSQL refuses to write: SQLSTATE 25006.
     *
     * @param begun runs when the copy has a lease
     */
    public Mono<SqlResult> read(SqlStatement statement, StatementProfile profile, Runnable begun) {
        return leases.useOnceUncounted(lease -> {
            begun.run();
            return observed(
                    profile,
                    LeasedTransaction.run(lease, READ_ONLY, transaction -> transaction.execute(statement))
                            .singleOrEmpty());
        });
    }

    /** Records an execution on a lease in the profile, if its text could run on a lane. */
    public Mono<SqlResult> observed(StatementProfile profile, Mono<SqlResult> execution) {
        if (!profile.isShareable()) {
            return execution;
        }
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super SqlResult> actual) {
                Execution begun = new Execution(profile, clock.getAsLong());
                underWay.add(begun);
                try {
                    // ended before the caller's code runs, because that may take long
                    execution
                            .doOnSuccess(answer -> profile.answeredOnLease())
                            .doOnTerminate(() -> underWay.remove(begun))
                            .doOnCancel(() -> underWay.remove(begun))
                            .subscribe(actual);
                } catch (Throwable thrown) {
                    // the owner of the lease receives the exception; otherwise this execution would never end
                    underWay.remove(begun);
                    throw thrown;
                }
            }
        };
    }

    /**
     * Whether a statement of this text must wait for a lease, however long that takes. True when one statement of the text was
     * found stuck on a lane and another is stuck on a lease: a further one on a lane would wait for the same lock.
     */
    public boolean mustWait(StatementProfile profile) {
        return profile.isSuspect() && isAnyStuck(profile);
    }

    /** Whether a read is stuck on a lease. */
    public boolean isAnyStuck() {
        return isAnyStuck(null);
    }

    /** Whether a read of this text, or of any if null, is stuck on a lease. */
    public boolean isAnyStuck(@Nullable StatementProfile text) {
        long now = clock.getAsLong();
        long stuckFrom = times.stuckFrom();
        for (Execution execution : underWay) {
            if ((text == null || execution.profile == text) && execution.isStuck(now, stuckFrom)) {
                return true;
            }
        }
        return false;
    }

    private static final class Execution {

        private final StatementProfile profile;
        private final long since;

        Execution(StatementProfile profile, long since) {
            this.profile = profile;
            this.since = since;
        }

        /** Whether it takes far longer than usual for its text. */
        boolean isStuck(long now, long stuckFrom) {
            return profile.isKnown() && now - since > Math.max(stuckFrom, profile.overdueFrom());
        }
    }
}
