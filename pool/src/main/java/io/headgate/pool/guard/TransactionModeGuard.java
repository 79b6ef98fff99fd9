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
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A layer that refuses, before it is sent, what does not work on a connection that is lent for one transaction at a time:
 * session settings, session locks, LISTEN, temporary tables that outlive the transaction, cursors with hold, SQL's PREPARE,
 * and outside transactions {@code lastval} and {@code currval}. A {@link GuardPolicy} says how strictly. BEGIN, COMMIT, SAVEPOINT and their like sent as text are refused under every
 * policy, since no pooled connection can carry them; COMMIT PREPARED and ROLLBACK PREPARED pass.
 *
 * <p>It goes by the words of the text ({@link io.headgate.core.sql.SqlAnalysis}): what functions, procedures and DO blocks
 * do is not seen. A text is looked at when the publisher is made, and one seen before costs one look-up; nothing is put
 * around the publisher of a statement that passes.
 *
 * <p>Threads and cancellation are those of the next layer; a refusal comes on the subscriber's thread. Safe for use by many
 * threads.
 *
 * <p>Source: PgBouncer's table "SQL feature map for pooling modes".
 */
public final class TransactionModeGuard extends ForwardingExecutor {

    private final StatementCheck check;

    /**
     * A guard with a memory of its own for the texts it has seen.
     *
     * @param next runs what passes
     * @param policy what to do about state of the session
     */
    public TransactionModeGuard(SqlExecutor next, GuardPolicy policy) {
        super(next);
        this.check = new StatementCheck(Objects.requireNonNull(policy, "policy"));
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        Supplier<HeadgateException> refusal = check.refusal(statement, false);
        return refusal == null ? next().execute(statement) : Mono.error(refusal);
    }

    @Override
    public Mono<List<SqlResult>> atomically(List<SqlStatement> statements) {
        List<SqlStatement> all = List.copyOf(statements);
        for (SqlStatement each : all) {
            Supplier<HeadgateException> refusal = check.refusal(each, true);
            if (refusal != null) {
                return Mono.error(refusal);
            }
        }
        return next().atomically(all);
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        Supplier<HeadgateException> refusal = check.refusal(query, false);
        return refusal == null ? next().stream(query) : Flux.error(refusal);
    }

    @Override
    protected SqlTransaction around(SqlTransaction transaction) {
        return new GuardedTransaction(transaction, check);
    }
}
