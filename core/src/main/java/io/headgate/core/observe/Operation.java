package io.headgate.core.observe;

import io.headgate.core.SqlStatement;
import io.headgate.core.topology.Node;
import org.jspecify.annotations.Nullable;

/** A unit of work whose start and end a {@link DataAccessListener} receives. Immutable. */
public final class Operation {

    /** Kinds of operations. */
    public enum Kind {
        /** A statement or a batch whose result is collected as a whole; also each statement of an {@code atomically}. */
        STATEMENT,
        /** A query whose rows are fetched on demand. */
        STREAM,
        /** A COPY that loads or unloads data. */
        COPY,
        /** A transaction, from before its connection is borrowed until it is committed or rolled back. */
        TRANSACTION
    }

    private final Kind kind;
    private final @Nullable Node node;
    private final @Nullable SqlStatement statement;

    private Operation(Kind kind, @Nullable Node node, @Nullable SqlStatement statement) {
        this.kind = kind;
        this.node = node;
        this.statement = statement;
    }

    /** A statement, stream or COPY on a connection to a node. */
    public static Operation of(Kind kind, Node node, SqlStatement statement) {
        return new Operation(kind, node, statement);
    }

    /** A transaction. Its node is not chosen yet. */
    public static Operation transaction() {
        return new Operation(Kind.TRANSACTION, null, null);
    }

    /** The kind. */
    public Kind kind() {
        return kind;
    }

    /** The node on which it runs; null for a transaction. */
    public @Nullable Node node() {
        return node;
    }

    /** The statement; null for a transaction. */
    public @Nullable SqlStatement statement() {
        return statement;
    }

    @Override
    public String toString() {
        return "Operation[" + kind + (node == null ? "" : " on " + node) + (statement == null ? "" : ": " + statement)
                + "]";
    }
}
