package io.headgate.driver.r2dbc;

import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.error.ErrorTable.Kind;
import io.headgate.core.error.ErrorTable.Meaning;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.StaleStatementException;

/** What may be done about a prepared statement that went stale. */
final class StaleStatements {

    private StaleStatements() {}

    /** Whether an error says that a prepared statement no longer exists or fits. */
    static boolean isStale(HeadgateException error) {
        return error instanceof DatabaseException database
                && ErrorTable.of(database.error(), true).kind() == Kind.STALE_STATEMENT;
    }

    /** The error for one that was not repeated. */
    static StaleStatementException unhealed(DatabaseException stale, boolean inTransaction) {
        Meaning meaning = ErrorTable.of(stale.error(), true);
        String advice;
        if (inTransaction) {
            advice =
                    "the schema changed under the statement, and PostgreSQL has aborted the transaction: run the transaction again, "
                            + "the statement is prepared anew";
        } else {
            advice = "the statement went stale again each time it was prepared anew";
        }
        return new StaleStatementException(stale.error(), meaning, stale.node(), stale.sql(), advice, null);
    }
}
