package io.headgate.core.error;

import org.jspecify.annotations.Nullable;

/**
 * The fields of an ErrorResponse, as PostgreSQL or a pooler sent it.
 *
 * @param severity ERROR, FATAL or PANIC
 * @param sqlState five characters
 * @param message the primary message
 * @param detail additional information, or null
 * @param hint a suggestion, or null
 * @param position the character position in the SQL text, from 1; 0 if not given
 * @param schema the schema concerned, or null
 * @param table the table concerned, or null
 * @param column the column concerned, or null
 * @param constraint the violated constraint, or null
 * @param routine the server's routine that reported the error: PostgreSQL always sends it, PgBouncer never
 * @see <a href="https://www.postgresql.org/docs/current/protocol-error-fields.html">PostgreSQL, Error and Notice Message
 *     Fields</a>
 */
public record ServerError(
        String severity,
        String sqlState,
        String message,
        @Nullable String detail,
        @Nullable String hint,
        int position,
        @Nullable String schema,
        @Nullable String table,
        @Nullable String column,
        @Nullable String constraint,
        @Nullable String routine)
        implements java.io.Serializable {

    /** An error with only the fields that a pooler sends. */
    public ServerError(String severity, String sqlState, String message) {
        this(severity, sqlState, message, null, null, 0, null, null, null, null, null);
    }

    /** Whether a pooler created it: PostgreSQL always names the routine. */
    public boolean isFromPooler() {
        return routine == null;
    }

    /** Whether the server closes the connection after this error. */
    public boolean isFatal() {
        return severity.equals("FATAL") || severity.equals("PANIC");
    }
}
