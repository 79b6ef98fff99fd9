package io.headgate.pool.guard;

import io.headgate.core.ForwardingTransaction;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A transaction, or a savepoint in one, whose statements are checked. A refused statement does not abort the transaction,
 * because the server never receives it.
 */
final class GuardedTransaction extends ForwardingTransaction {

    private final StatementCheck check;

    GuardedTransaction(SqlTransaction next, StatementCheck check) {
        super(next);
        this.check = check;
    }

    @Override
    protected SqlTransaction around(SqlTransaction savepoint) {
        return new GuardedTransaction(savepoint, check);
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return check.execute(next(), statement, true);
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return check.stream(next(), query, true);
    }
}
