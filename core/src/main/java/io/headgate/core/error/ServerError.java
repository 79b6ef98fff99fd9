package io.headgate.core.error;

import org.jspecify.annotations.Nullable;

/**
 * The fields of an ErrorResponse, as PostgreSQL or a pooler sent it.
 *
 * @param severity ERROR, FATAL or PANIC
 * @param sqlState five characters
 * @param message the primary message
 * @param detail more on the problem, if given
 * @param hint what may help, if given
 * @param position the place in the SQL text, from 1, or 0 if not given
 * @param schema the schema concerned, if given
 * @param table the table concerned, if given
 * @param column the column concerned, if given
 * @param constraint the constraint violated, if given
 * @param routine the server's routine that reported it: always given by PostgreSQL, never by PgBouncer
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

    /** An error that carries no more than a pooler says. */
    public ServerError(String severity, String sqlState, String message) {
        this(severity, sqlState, message, null, null, 0, null, null, null, null, null);
    }

    /** Whether a pooler made it: PostgreSQL always names the routine. */
    public boolean isFromPooler() {
        return routine == null;
    }

    /** Whether the server closes the connection after it. */
    public boolean isFatal() {
        return severity.equals("FATAL") || severity.equals("PANIC");
    }
}
