package io.headgate.driver.r2dbc;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.ParameterException;
import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.SqlAnalyzer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what R2DBC PostgreSQL would do otherwise than asked: it runs a text of several statements, waits for ever for the
 * data of a COPY, and takes its own count of the parameters for the server's.
 */
final class StatementGuard {

    private StatementGuard() {}

    /** Costs a look at the text, and an analysis only when something in it gives cause. */
    static void check(SqlStatement statement) {
        String sql = statement.text();
        int bound = parameters(statement).size();
        boolean suspicious = mayCopy(sql) || mayBeSeveral(sql) || !mayTake(sql, bound);
        if (!suspicious) {
            return;
        }
        SqlAnalysis analysis = SqlAnalyzer.analyze(sql);
        if (analysis.copiesFromStdin() || analysis.copiesToStdout()) {
            throw new ParameterException(
                    "COPY FROM STDIN and COPY TO STDOUT cannot be executed as a statement; load data by copyIn, or by a "
                            + "batch, and read it by a SELECT: " + sql);
        }
        if (analysis.statements().size() > 1) {
            throw new ParameterException("cannot run multiple commands in one statement, this text has "
                    + analysis.statements().size() + "; run them one by one, in a transaction if they belong together: "
                    + sql);
        }
        if (analysis.highestParameter() != bound) {
            throw new ParameterException("the statement takes " + analysis.highestParameter() + " parameters and "
                    + bound + " were bound: " + sql);
        }
        if (!analysis.hasAllParameters()) {
            throw new ParameterException("the statement takes " + bound
                    + " parameters and its text leaves some of them out; number them without gaps: " + sql);
        }
    }

    /** The first set: all of a batch have the same size. */
    private static List<@Nullable Object> parameters(SqlStatement statement) {
        return statement.isBatch() ? statement.parameterSets().get(0) : statement.parameters();
    }

    private static boolean mayCopy(String sql) {
        int at = 0;
        // PostgreSQL passes over empty statements
        while (at < sql.length() && (Character.isWhitespace(sql.charAt(at)) || sql.charAt(at) == ';')) {
            at++;
        }
        return sql.regionMatches(true, at, "COPY", 0, 4) || sql.startsWith("--", at) || sql.startsWith("/*", at);
    }

    private static boolean mayBeSeveral(String sql) {
        int semicolon = sql.indexOf(';');
        return semicolon >= 0 && semicolon < sql.stripTrailing().length() - 1;
    }

    /** Whether a text with this many parameters bound needs no closer look: its dollar signs are those. */
    private static boolean mayTake(String sql, int bound) {
        int dollars = 0;
        for (int at = sql.indexOf('$'); at >= 0; at = sql.indexOf('$', at + 1)) {
            dollars++;
        }
        if (dollars != bound) {
            return false;
        }
        for (int i = 1; i <= bound; i++) {
            int at = sql.indexOf("$" + i);
            int end = at + 1 + Integer.toString(i).length();
            if (at < 0 || (end < sql.length() && Character.isDigit(sql.charAt(end)))) {
                return false;
            }
        }
        return true;
    }
}
