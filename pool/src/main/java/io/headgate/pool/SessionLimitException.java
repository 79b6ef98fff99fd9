package io.headgate.pool;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.topology.Node;

/** The limit of session connections is reached. Nothing was sent. */
public final class SessionLimitException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    public SessionLimitException(Node node, int limit) {
        super(
                limit + " session connections to " + node
                        + " are in use, as many as maxSessionConnections allows; try again"
                        + " when one has ended, or raise the setting",
                null,
                Outcome.NOT_EXECUTED,
                true);
    }
}
