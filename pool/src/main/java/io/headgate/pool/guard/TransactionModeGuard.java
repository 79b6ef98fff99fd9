package io.headgate.pool.guard;

import io.headgate.core.ForwardingExecutor;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.error.HeadgateException;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A layer that refuses statements that do not work on a connection lent for one transaction at a time, before they are sent:
 * session settings, session locks, LISTEN, temporary tables that outlive the transaction, cursors with hold, SQL's PREPARE,
 * and, outside transactions, {@code lastval} and {@code currval}. The {@link GuardPolicy} decides what happens to them. BEGIN,
 * COMMIT, SAVEPOINT and similar commands as text are refused under every policy, because no pooled connection can carry them.
 * COMMIT PREPARED and ROLLBACK PREPARED pass.
 *
 * <p>The check reads the words of the text ({@link io.headgate.core.sql.SqlAnalysis}). It does not see what functions,
 * procedures and DO blocks do. A text is read when the publisher is created, and refused or warned about on subscription. A
 * known text costs one look-up. The publisher of a statement that keeps all rules is not wrapped.
 *
 * <p>Threads and cancellation are those of the next layer; a refusal comes on the subscriber's thread. Safe for use by many
 * threads.
 *
 * <p>Source: PgBouncer's table "SQL feature map for pooling modes".
 */
public final class TransactionModeGuard extends ForwardingExecutor {

    private final StatementCheck check;

    /**
     * A guard with its own cache of checked texts.
     *
     * @param next runs the statements that pass
     * @param policy how to treat statements that leave state in the session
     */
    public TransactionModeGuard(SqlExecutor next, GuardPolicy policy) {
        super(next);
        this.check = new StatementCheck(Objects.requireNonNull(policy, "policy"));
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return check.execute(next(), statement, false);
    }

    @Override
    public Mono<List<SqlResult>> atomically(List<SqlStatement> statements) {
        List<SqlStatement> all = List.copyOf(statements);
        if (all.stream().noneMatch(check::isSuspicious)) {
            return next().atomically(all);
        }
        return Mono.defer(() -> {
            for (SqlStatement each : all) {
                HeadgateException refusal = check.refusal(each, true);
                if (refusal != null) {
                    return Mono.error(refusal);
                }
            }
            return next().atomically(all);
        });
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return check.stream(next(), query, false);
    }

    @Override
    protected SqlTransaction around(SqlTransaction transaction) {
        return new GuardedTransaction(transaction, check);
    }
}
