package io.headgate.core.error;

import io.headgate.core.topology.Node;
import org.jspecify.annotations.Nullable;

/** PgBouncer itself refused or ended the work: overload, no server, a shutdown, its configuration. */
public final class PoolerException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    public PoolerException(
            ServerError error, ErrorTable.Meaning meaning, Node node, @Nullable String sql, @Nullable Throwable cause) {
        super(error, meaning, node, sql, meaning.reason(), cause);
    }
}
