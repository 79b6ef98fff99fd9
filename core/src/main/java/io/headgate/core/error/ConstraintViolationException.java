package io.headgate.core.error;

import io.headgate.core.topology.Node;
import org.jspecify.annotations.Nullable;

/** A constraint refused a write: SQLSTATE class 23. The constraint's name is in {@link #error()}. */
public final class ConstraintViolationException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    public ConstraintViolationException(
            ServerError error, ErrorTable.Meaning meaning, Node node, @Nullable String sql, @Nullable Throwable cause) {
        super(error, meaning, node, sql, null, cause);
    }
}
