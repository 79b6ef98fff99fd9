package io.headgate.core.error;

import io.headgate.core.topology.Node;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL or its pooler answered with an error. {@link ErrorTable} defines what it means for a retry.
 *
 * <p>The message contains the server's message, its hint and the statement. It does not contain the server's detail, which quotes
 * data ("Key (email)=(...) already exists"); {@link #error()} has the detail.
 */
public class DatabaseException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    private final ServerError error;
    private final ErrorTable.Kind kind;
    private final String sqlState;
    private final Node node;
    private final @Nullable String sql;

    /**
     * @param node the node that reported the error
     * @param sql the statement's text, or null if the error belongs to no statement
     * @param advice text to add to the server's message, or null
     */
    public DatabaseException(
            ServerError error,
            ErrorTable.Meaning meaning,
            Node node,
            @Nullable String sql,
            @Nullable String advice,
            @Nullable Throwable cause) {
        super(message(error, node, sql, advice), cause, meaning.outcome(), meaning.isTransient());
        this.error = error;
        this.kind = meaning.kind();
        this.sqlState = error.sqlState();
        this.node = node;
        this.sql = sql;
    }

    private static String message(ServerError error, Node node, @Nullable String sql, @Nullable String advice) {
        StringBuilder out = new StringBuilder(160);
        out.append(error.severity())
                .append(" ")
                .append(error.sqlState())
                .append(": ")
                .append(error.message());
        if (error.hint() != null) {
            out.append("; hint: ").append(error.hint());
        }
        if (error.position() > 0) {
            out.append("; at character ").append(error.position());
        }
        if (advice != null) {
            out.append("; ").append(advice);
        }
        out.append(" [").append(node).append(']');
        if (sql != null && !sql.isBlank()) {
            out.append(" in: ").append(sql);
        }
        return out.toString();
    }

    /** The kind of error: a conflict, an overload, a constraint, ... */
    public ErrorTable.Kind kind() {
        return kind;
    }

    /** The five characters of the SQLSTATE. */
    public String sqlState() {
        return sqlState;
    }

    /** The fields as the server sent them. */
    public ServerError error() {
        return error;
    }

    /** The node. */
    @Override
    public Node node() {
        return node;
    }

    /** The text of the statement, or null if the error belongs to no statement. */
    public @Nullable String sql() {
        return sql;
    }
}
