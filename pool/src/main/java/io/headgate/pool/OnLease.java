package io.headgate.pool;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import reactor.core.publisher.Mono;

/** Runs single statements on leases. Signals, cancellation and errors are those of {@link LeasePool}. */
final class OnLease {

    static final TransactionOptions READ_ONLY = TransactionOptions.defaults().asReadOnly();

    private final LeasePool leases;

    OnLease(LeasePool leases) {
        this.leases = leases;
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
    Mono<SqlResult> read(SqlStatement statement, Runnable begun) {
        return leases.useOnce(lease -> {
            begun.run();
            return LeasedTransaction.run(lease, READ_ONLY, transaction -> transaction.execute(statement))
                    .singleOrEmpty();
        });
    }
}
