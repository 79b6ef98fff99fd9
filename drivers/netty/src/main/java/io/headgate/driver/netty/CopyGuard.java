package io.headgate.driver.netty;

import io.headgate.core.error.ParameterException;
import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.SqlAnalyzer;

/**
 * Refuses COPY from or to the client, which is not the protocol of a statement: the server would wait for data
 * that never comes.
 */
final class CopyGuard {

    private CopyGuard() {}

    /** Costs a look at the first characters, unless the text begins like a COPY or with a comment. */
    static void check(String sql) {
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
                    "COPY FROM STDIN and COPY TO STDOUT are no statements; load data by copyIn: " + sql);
        }
    }
}
