package io.headgate.core;

import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How a transaction begins. Immutable: every method that changes something returns new options. */
public final class TransactionOptions {

    private static final TransactionOptions DEFAULTS =
            new TransactionOptions(null, false, false, StatementOptions.none());

    private final @Nullable IsolationLevel isolation;
    private final boolean readOnly;
    private final boolean deferrable;
    private final StatementOptions ofStatements;

    private TransactionOptions(
            @Nullable IsolationLevel isolation, boolean readOnly, boolean deferrable, StatementOptions ofStatements) {
        this.isolation = isolation;
        this.readOnly = readOnly;
        this.deferrable = deferrable;
        this.ofStatements = ofStatements;
    }

    /** The database's default isolation ({@code default_transaction_isolation}), for reads and writes. */
    public static TransactionOptions defaults() {
        return DEFAULTS;
    }

    /** Serializable, read-only and deferrable: a long report without serialization failures, its own or others'. */
    public static TransactionOptions serializableReport() {
        return new TransactionOptions(IsolationLevel.SERIALIZABLE, true, true, StatementOptions.none());
    }

    /**
     * These options with an isolation level.
     *
     * @param level null for the database's default
     */
    public TransactionOptions isolation(@Nullable IsolationLevel level) {
        return new TransactionOptions(level, readOnly, deferrable, ofStatements);
    }

    /** These options for a transaction that only reads. */
    public TransactionOptions asReadOnly() {
        return readOnly(true);
    }

    /**
     * These options with another access.
     *
     * @param only whether PostgreSQL refuses writes in it (SQLSTATE 25006); default false
     */
    public TransactionOptions readOnly(boolean only) {
        return new TransactionOptions(isolation, only, deferrable, ofStatements);
    }

    /**
     * These options with {@code DEFERRABLE}.
     *
     * @param waits whether a serializable read-only transaction waits at its start for a snapshot that cannot fail; default false.
     *     PostgreSQL accepts it for any other transaction, without effect
     */
    public TransactionOptions deferrable(boolean waits) {
        return new TransactionOptions(isolation, readOnly, waits, ofStatements);
    }

    /**
     * These options with options for the transaction's statements, such as {@code with(o -> o.name("checkout"))}. A statement's own
     * options take precedence.
     */
    public TransactionOptions with(UnaryOperator<StatementOptions> change) {
        return new TransactionOptions(
                isolation,
                readOnly,
                deferrable,
                Objects.requireNonNull(change.apply(ofStatements), "the change returned no options"));
    }

    /** The options for the transaction's statements. A statement's own options take precedence. */
    public StatementOptions ofStatements() {
        return ofStatements;
    }

    /** The isolation level, or null for the database's default. */
    public @Nullable IsolationLevel isolation() {
        return isolation;
    }

    /** Whether PostgreSQL refuses writes in the transaction. */
    public boolean readOnly() {
        return readOnly;
    }

    /** Whether {@code DEFERRABLE} is sent. */
    public boolean deferrable() {
        return deferrable;
    }

    /** The {@code BEGIN} statement with these options. */
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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TransactionOptions that
                && isolation == that.isolation
                && readOnly == that.readOnly
                && deferrable == that.deferrable
                && ofStatements.equals(that.ofStatements);
    }

    @Override
    public int hashCode() {
        return Objects.hash(isolation, readOnly, deferrable, ofStatements);
    }

    @Override
    public String toString() {
        return "TransactionOptions[" + beginSql()
                + (ofStatements.equals(StatementOptions.none()) ? "]" : ", " + ofStatements + "]");
    }
}
