package io.headgate.pool;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlSession;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ClosedException;
import io.headgate.core.error.HeadgateException;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A session on a lease. What is tried after the use has ended is refused by the lease's gate. */
final class LeasedSession implements SqlSession {

    private static final TransactionOptions READ_ONLY =
            TransactionOptions.defaults().asReadOnly();

    private final Lease lease;

    LeasedSession(Lease lease) {
        this.lease = lease;
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return lease.gate().guard(lease.execute(statement), LeasedSession::ended);
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return inTransaction(READ_ONLY, transaction -> transaction.stream(query));
    }

    @Override
    public <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return lease.gate().guard(LeasedTransaction.run(lease, options, work), LeasedSession::ended);
    }

    private static HeadgateException ended() {
        return new ClosedException("the session connection");
    }
}
