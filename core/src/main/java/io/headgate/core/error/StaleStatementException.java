package io.headgate.core.error;

import io.headgate.core.topology.Node;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement no longer fits the schema, and Headgate could not re-prepare and repeat it: the error aborted the transaction, a
 * part of the work may already have committed, a new transaction has begun on the connection, or repeated attempts failed.
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
