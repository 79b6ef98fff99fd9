package io.headgate.driver.vertx;

import io.headgate.core.error.ParameterException;
import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.SqlAnalyzer;

/**
 * Refuses COPY from or to the client, whose protocol Vert.x does not speak: it would lose the connection and every
 * statement in flight on it.
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
                    "COPY FROM STDIN and COPY TO STDOUT are not supported by the Vert.x driver; use a "
                            + "batch or INSERT ... SELECT unnest($1, $2): " + sql);
        }
    }
}
