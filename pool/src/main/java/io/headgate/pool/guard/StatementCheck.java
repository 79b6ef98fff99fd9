package io.headgate.pool.guard;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.TextCache;
import io.headgate.core.sql.TransactionModeViolation;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides by the policy whether a text may be sent. Safe for use by many threads. */
final class StatementCheck {

    private static final Logger logger = LoggerFactory.getLogger(StatementCheck.class);

    private final GuardPolicy policy;
    private final TextCache<Verdict> verdicts = new TextCache<>(Verdict::of);

    StatementCheck(GuardPolicy policy) {
        this.policy = policy;
    }

    /** A new error for this caller, or null when the text may be sent. */
    @Nullable
    Supplier<HeadgateException> refusal(SqlStatement statement, boolean inTransaction) {
        SqlAnalysis analysis = statement.facts().analysis();
        boolean suspicious = analysis.isTransactionControl()
                || !analysis.transactionModeViolations().isEmpty();
        return suspicious ? refusal(statement.text(), verdicts.of(statement.text()), inTransaction) : null;
    }

    private @Nullable Supplier<HeadgateException> refusal(String sql, Verdict verdict, boolean inTransaction) {
        String control = verdict.transactionControl();
        if (control != null) {
            return () -> new TransactionControlException(control, sql);
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
        return refused ? () -> new TransactionModeException(violation, sql) : null;
    }
}
