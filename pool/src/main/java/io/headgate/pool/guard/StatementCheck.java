package io.headgate.pool.guard;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.StatementRunner;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.TextCache;
import io.headgate.core.sql.TransactionModeViolation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Decides by the policy whether a text may be sent. Safe for use by many threads. */
final class StatementCheck {

    private static final Logger logger = LoggerFactory.getLogger(StatementCheck.class);

    private final GuardPolicy policy;
    private final TextCache<Verdict> verdicts = new TextCache<>(Verdict::of);

    StatementCheck(GuardPolicy policy) {
        this.policy = policy;
    }

    /** Whether the text has to be checked by {@link #refusal}. Logs nothing. */
    boolean isSuspicious(SqlStatement statement) {
        SqlAnalysis analysis = statement.facts().analysis();
        return analysis.isTransactionControl()
                || !analysis.transactionModeViolations().isEmpty();
    }

    /** A new error for this caller, or null when the text may be sent. May log a warning: call it on subscription. */
    @Nullable
    HeadgateException refusal(SqlStatement statement, boolean inTransaction) {
        return isSuspicious(statement) ? refusal(statement.text(), verdicts.of(statement.text()), inTransaction) : null;
    }

    /** The result of {@code next}, or the refusal of the text. A text that is not suspicious costs nothing on subscription. */
    Mono<SqlResult> execute(StatementRunner next, SqlStatement statement, boolean inTransaction) {
        return isSuspicious(statement)
                ? Mono.defer(() -> {
                    HeadgateException refusal = refusal(statement, inTransaction);
                    return refusal == null ? next.execute(statement) : Mono.error(refusal);
                })
                : next.execute(statement);
    }

    /** As {@link #execute}, for the rows of a stream. */
    Flux<SqlRow> stream(StatementRunner next, SqlStatement query, boolean inTransaction) {
        return isSuspicious(query)
                ? Flux.defer(() -> {
                    HeadgateException refusal = refusal(query, inTransaction);
                    return refusal == null ? next.stream(query) : Flux.error(refusal);
                })
                : next.stream(query);
    }

    private @Nullable HeadgateException refusal(String sql, Verdict verdict, boolean inTransaction) {
        String control = verdict.transactionControl();
        if (control != null) {
            return new TransactionControlException(control, sql);
        }
        TransactionModeViolation violation = verdict.violation(inTransaction);
        if (violation == null || policy == GuardPolicy.OFF) {
            return null;
        }
        boolean refused = policy == GuardPolicy.REFUSE;
        if (verdict.mention()) {
            // refused texts are logged too: code that retries until it succeeds, as for a lock, never shows its error
            logger.warn("{}{}: {}", refused ? "refused: " : "", violation.message(), sql);
        }
        return refused ? new TransactionModeException(violation, sql) : null;
    }
}
