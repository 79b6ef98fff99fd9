package io.headgate.pool.guard;

import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.StatementCatalog;
import io.headgate.core.sql.StatementKind;
import io.headgate.core.sql.StatementSpan;
import io.headgate.core.sql.TransactionModeViolation;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The result of the check of a SQL text. Created for suspicious texts only. Safe for use by many threads. */
final class Verdict {

    /** The second phase of a two-phase commit is complete in itself and leaves no transaction open. */
    private static final Pattern SECOND_PHASE =
            Pattern.compile("(COMMIT|ROLLBACK)\\s+PREPARED\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final @Nullable String transactionControl;
    private final @Nullable TransactionModeViolation violation;
    private final @Nullable TransactionModeViolation violationInTransaction;
    private final AtomicBoolean mentioned = new AtomicBoolean();

    private Verdict(
            @Nullable String transactionControl,
            @Nullable TransactionModeViolation violation,
            @Nullable TransactionModeViolation violationInTransaction) {
        this.transactionControl = transactionControl;
        this.violation = violation;
        this.violationInTransaction = violationInTransaction;
    }

    /** Reads the text, in time linear in its length. */
    static Verdict of(String sql) {
        SqlAnalysis analysis = StatementCatalog.of(sql).analysis();
        String control = analysis.isTransactionControl() ? transactionControl(analysis, sql) : null;
        TransactionModeViolation first = null;
        TransactionModeViolation firstInTransaction = null;
        for (TransactionModeViolation violation : analysis.transactionModeViolations()) {
            first = first == null ? violation : first;
            if (firstInTransaction == null && violation.holdsInTransaction()) {
                firstInTransaction = violation;
            }
        }
        return new Verdict(control, first, firstInTransaction);
    }

    private static @Nullable String transactionControl(SqlAnalysis analysis, String sql) {
        for (StatementSpan statement : analysis.statements()) {
            if (statement.kind() == StatementKind.TRANSACTION_CONTROL) {
                String text = sql.substring(statement.start(), statement.end());
                if (!SECOND_PHASE.matcher(text).matches()) {
                    return firstWord(text);
                }
            }
        }
        return null;
    }

    private static String firstWord(String text) {
        int end = 0;
        while (end < text.length() && Character.isLetter(text.charAt(end))) {
            end++;
        }
        return text.substring(0, end).toUpperCase(Locale.ROOT);
    }

    /** The command that would begin, end or divide a transaction, or null. */
    @Nullable
    String transactionControl() {
        return transactionControl;
    }

    /** The first state that would be left in the session, or read from it, or null. */
    @Nullable
    TransactionModeViolation violation(boolean inTransaction) {
        return inTransaction ? violationInTransaction : violation;
    }

    /** True for the first caller alone. */
    boolean mention() {
        return mentioned.compareAndSet(false, true);
    }
}
