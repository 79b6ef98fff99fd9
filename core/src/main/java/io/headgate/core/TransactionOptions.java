package io.headgate.core;

import org.jspecify.annotations.Nullable;

/**
 * How a transaction begins.
 *
 * @param isolation the isolation level, or null for the database's default ({@code default_transaction_isolation})
 * @param readOnly whether PostgreSQL refuses writes in it (SQLSTATE 25006)
 * @param deferrable whether a serializable read-only transaction waits at its begin for a snapshot that can never fail;
 *     sent with any other too, on which PostgreSQL takes it without effect
 */
public record TransactionOptions(@Nullable IsolationLevel isolation, boolean readOnly, boolean deferrable) {

    private static final TransactionOptions DEFAULTS = new TransactionOptions(null, false, false);

    /** The database's default isolation, read and write. */
    public static TransactionOptions defaults() {
        return DEFAULTS;
    }

    /** These options with an isolation level. */
    public TransactionOptions isolation(IsolationLevel level) {
        return new TransactionOptions(level, readOnly, deferrable);
    }

    /** These options for a transaction that only reads. */
    public TransactionOptions asReadOnly() {
        return new TransactionOptions(isolation, true, deferrable);
    }

    /** Serializable, read-only and deferrable: a long report that can neither fail nor disturb by serialization. */
    public static TransactionOptions serializableReport() {
        return new TransactionOptions(IsolationLevel.SERIALIZABLE, true, true);
    }

    /** The {@code BEGIN} that starts such a transaction. */
    public String beginSql() {
        StringBuilder sql = new StringBuilder("BEGIN");
        if (isolation != null) {
            sql.append(" ISOLATION LEVEL ").append(isolation.sql());
        }
        if (readOnly) {
            sql.append(" READ ONLY");
        }
        if (deferrable) {
            sql.append(" DEFERRABLE");
        }
        return sql.toString();
    }
}
