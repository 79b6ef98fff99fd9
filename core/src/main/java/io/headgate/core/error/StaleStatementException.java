package io.headgate.core.error;

import io.headgate.core.topology.Node;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement no longer fits the schema, and Headgate could not heal it unseen: inside a transaction, which the
 * error has aborted, or because the statement had already taken effect when the change was noticed.
 */
public final class StaleStatementException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    public StaleStatementException(
            ServerError error,
            ErrorTable.Meaning meaning,
            Node node,
            @Nullable String sql,
            String advice,
            @Nullable Throwable cause) {
        super(error, meaning, node, sql, advice, cause);
    }
}
