package io.headgate.core.driver.support;

import io.headgate.core.error.ParameterException;
import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.SqlAnalyzer;

/** Refuses COPY from or to the client as a statement: the server would wait for data that never comes. */
public final class CopyGuard {

    private CopyGuard() {}

    /**
     * Costs a look at the first characters, unless the text begins like a COPY or with a comment.
     *
     * @param advice what to do instead, for the message
     * @throws ParameterException if it is one
     */
    public static void check(String sql, String advice) {
        int at = 0;
        // PostgreSQL passes over empty statements
        while (at < sql.length() && (Character.isWhitespace(sql.charAt(at)) || sql.charAt(at) == ';')) {
            at++;
        }
        boolean suspicious =
                sql.regionMatches(true, at, "COPY", 0, 4) || sql.startsWith("--", at) || sql.startsWith("/*", at);
        if (!suspicious) {
            return;
        }
        SqlAnalysis analysis = SqlAnalyzer.analyze(sql);
        if (analysis.copiesFromStdin() || analysis.copiesToStdout()) {
            throw new ParameterException(
                    "COPY FROM STDIN and COPY TO STDOUT cannot be run as statements; " + advice + ": " + sql);
        }
    }
}
