package io.headgate.core.driver.support;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.ParameterException;

/** Refuses COPY from or to the client as a statement: the server would wait for data that never comes. */
public final class CopyGuard {

    private CopyGuard() {}

    /**
     * Checks a statement.
     *
     * @param advice what to do instead, for the message
     * @throws ParameterException if it is a COPY from or to the client
     */
    public static void check(SqlStatement statement, String advice) {
        if (statement.facts().copies()) {
            throw new ParameterException("COPY FROM STDIN and COPY TO STDOUT cannot be run as statements; " + advice
                    + ": " + statement.text());
        }
    }
}
