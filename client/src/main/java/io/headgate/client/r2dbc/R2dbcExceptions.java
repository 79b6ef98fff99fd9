package io.headgate.client.r2dbc;

import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ParameterException;
import io.headgate.core.error.TransactionAbortedException;
import io.headgate.pool.AcquireTimeoutException;
import io.headgate.pool.guard.TransactionControlException;
import io.headgate.pool.guard.TransactionModeException;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.util.Set;

/**
 * Converts Headgate's errors to R2DBC's. The cause is Headgate's error, which also has the outcome. SQLSTATEs map to the same
 * classes as in R2DBC PostgreSQL, so that existing catch clauses keep working. Time-outs and transient errors, which that
 * driver does not distinguish, get R2DBC's classes for them. An error after which the work may have taken effect is never
 * transient: it must not be repeated automatically. (The end of a transaction's time is transient: its statements are rolled
 * back.) Statements that Headgate itself refuses are not "bad grammar": for that class Spring's message shows only the
 * statement, and not the reason.
 */
final class R2dbcExceptions {

    /** SQLSTATEs whose meaning differs from others with the same first two characters. */
    private static final Set<String> MORE_THAN_THEIR_CLASS = Set.of("42501", "57014", "55P03", "25P03", "25P04");

    /** Kinds for which R2DBC has a class that means: a retry may succeed. */
    private static final Set<String> TRANSIENT = Set.of("40", "57014", "55P03", "25P03", "25P04");

    private R2dbcExceptions() {}

    static Throwable of(Throwable error) {
        if (error instanceof DatabaseException answer) {
            return ofAnswer(answer);
        }
        if (!(error instanceof HeadgateException own)) {
            return error;
        }
        String message = own.getMessage();
        if (own instanceof TransactionAbortedException) {
            return new R2dbcRollbackException(message, own);
        }
        boolean timedOut = own instanceof AcquireTimeoutException && !mayHaveTakenEffect(own);
        // its transaction can only be rolled back
        if (timedOut || own instanceof TransactionDeadline.TimeIsOverException) {
            return new R2dbcTimeoutException(message, own);
        }
        if (own instanceof ParameterException) {
            return new R2dbcDataIntegrityViolationException(message, own);
        }
        if (own instanceof TransactionModeException || own instanceof TransactionControlException) {
            return new R2dbcPermissionDeniedException(message, own);
        }
        if (own instanceof ConfigurationException) {
            return new R2dbcNonTransientResourceException(message, own);
        }
        return mayBeRepeated(own)
                ? new R2dbcTransientResourceException(message, own)
                : new R2dbcNonTransientResourceException(message, own);
    }

    /** Checked because R2DBC's classes for time-outs and rollbacks are transient. */
    private static boolean mayHaveTakenEffect(HeadgateException error) {
        return error.outcome() != Outcome.NOT_EXECUTED;
    }

    private static boolean mayBeRepeated(HeadgateException error) {
        return error.isTransient() && !mayHaveTakenEffect(error);
    }

    private static R2dbcException ofAnswer(DatabaseException error) {
        String message = error.getMessage();
        String state = error.sqlState();
        String sql = error.sql();
        String kind = MORE_THAN_THEIR_CLASS.contains(state) ? state : state.substring(0, 2);
        if (TRANSIENT.contains(kind) && mayHaveTakenEffect(error)) {
            return new R2dbcNonTransientResourceException(message, state, 0, sql, error);
        }
        return switch (kind) {
            case "42501" -> new R2dbcPermissionDeniedException(message, state, 0, sql, error);
            case "57014", "55P03", "25P03", "25P04" -> new R2dbcTimeoutException(message, state, 0, sql, error);
            case "03", "22", "26", "42" -> new R2dbcBadGrammarException(message, state, 0, sql, error);
            case "21", "23", "27" -> new R2dbcDataIntegrityViolationException(message, state, 0, sql, error);
            case "28" -> new R2dbcPermissionDeniedException(message, state, 0, sql, error);
            case "40" -> new R2dbcRollbackException(message, state, 0, sql, error);
            default ->
                mayBeRepeated(error)
                        ? new R2dbcTransientResourceException(message, state, 0, sql, error)
                        : new R2dbcNonTransientResourceException(message, state, 0, sql, error);
        };
    }
}
