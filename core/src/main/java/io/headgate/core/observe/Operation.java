package io.headgate.core.observe;

import io.headgate.core.SqlStatement;
import io.headgate.core.topology.Node;
import org.jspecify.annotations.Nullable;

/** What a {@link DataAccessListener} follows from its start to its end. Immutable. */
public final class Operation {

    /** Kinds of operations. */
    public enum Kind {
        /** A statement or a batch, of which the result comes as a whole; each of several that are sent as one is such an operation. */
        STATEMENT,
        /** A query whose rows are fetched as they are asked for. */
        STREAM,
        /** Data that is loaded or unloaded by COPY. */
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

    /** A statement, a stream or a COPY on a node's connection. */
    public static Operation of(Kind kind, Node node, SqlStatement statement) {
        return new Operation(kind, node, statement);
    }

    /** A transaction, whose node is not chosen yet. */
    public static Operation transaction() {
        return new Operation(Kind.TRANSACTION, null, null);
    }

    /** Its kind. */
    public Kind kind() {
        return kind;
    }

    /** The node on which it runs; null for a transaction. */
    public @Nullable Node node() {
        return node;
    }

    /** What is run; null for a transaction. */
    public @Nullable SqlStatement statement() {
        return statement;
    }

    @Override
    public String toString() {
        return "Operation[" + kind + (node == null ? "" : " on " + node) + (statement == null ? "" : ": " + statement)
                + "]";
    }
}
