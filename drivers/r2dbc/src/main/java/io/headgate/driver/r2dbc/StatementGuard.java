package io.headgate.driver.r2dbc;

import io.headgate.core.SqlStatement;
import io.headgate.core.driver.support.StatementChecks;
import io.headgate.core.error.ParameterException;
import io.headgate.core.sql.SqlAnalysis;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses statements that R2DBC PostgreSQL handles wrongly: it runs a text of several statements, waits for ever for the data of a COPY,
 * and counts parameters itself instead of asking the server.
 */
final class StatementGuard {

    private StatementGuard() {}

    /** @throws ParameterException if the statement is one of these */
    static void check(SqlStatement statement) {
        String sql = statement.text();
        int bound = parameters(statement).size();
        SqlAnalysis analysis = statement.facts().analysis();
        StatementChecks.refuseCopy(statement, "load data by copyIn, or by a batch, and read it by a SELECT");
        if (analysis.statements().size() > 1) {
            throw new ParameterException("cannot run multiple commands in one statement, this text has "
                    + analysis.statements().size() + "; run them one by one, in a transaction if they belong together: "
                    + sql);
        }
        if (analysis.highestParameter() != bound) {
            throw StatementChecks.wrongCount(sql, analysis.highestParameter(), bound);
        }
        if (!analysis.hasAllParameters()) {
            throw new ParameterException("the statement takes " + bound
                    + " parameters and its text leaves some of them out; number them without gaps: " + sql);
        }
    }

    /** The first parameter set; all sets of a batch have the same size. */
    private static List<@Nullable Object> parameters(SqlStatement statement) {
        return statement.isBatch() ? statement.parameterSets().get(0) : statement.parameters();
    }
}
