package io.headgate.core.driver.support;

import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.error.ErrorTable.Kind;
import io.headgate.core.error.ErrorTable.Meaning;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.StaleStatementException;

/** Recognizes stale prepared statements and creates their errors. */
public final class StaleStatements {

    private StaleStatements() {}

    /** Whether an error reports that a prepared statement no longer exists or no longer fits the schema. */
    public static boolean isStale(HeadgateException error) {
        return error instanceof DatabaseException database
                && ErrorTable.of(database.error(), Effect.ATOMIC).kind() == Kind.STALE_STATEMENT;
    }

    /**
     * Whether an error may occur because the server parses a text value as the type that the parameter had earlier: a data exception,
     * or the errors for a malformed text search query, a relation name and the like.
     */
    public static boolean mayBeTextParseError(String sqlState) {
        return sqlState.startsWith("22") || sqlState.equals("42601") || sqlState.equals("42P01");
    }

    /**
     * The error for a statement in a transaction that the server refused because its parameters were declared with types learned
     * earlier. The next run asks the server for the types again.
     */
    public static StaleStatementException outdatedTypes(DatabaseException refused) {
        return outdated(
                refused,
                "the schema may have changed under the statement, and PostgreSQL has aborted the transaction: run the "
                        + "transaction again, the driver then asks for its parameter types again");
    }

    /** The error for a statement that was not repeated because a transaction has begun on the connection, which would include it. */
    public static StaleStatementException transactionBegunMeanwhile(DatabaseException refused) {
        return outdated(
                refused,
                "the schema may have changed under the statement, and a transaction was begun on its connection before it "
                        + "could be repeated: run it again");
    }

    private static StaleStatementException outdated(DatabaseException refused, String advice) {
        Meaning meaning = new Meaning(Kind.STALE_STATEMENT, true, refused.outcome(), "outdated parameter types");
        return new StaleStatementException(refused.error(), meaning, refused.node(), refused.sql(), advice, null);
    }

    /** The error for a stale statement that was not repeated. */
    public static StaleStatementException notReprepared(DatabaseException stale, boolean inTransaction) {
        Meaning known = ErrorTable.of(stale.error(), Effect.ATOMIC);
        Meaning meaning = new Meaning(known.kind(), known.isTransient(), stale.outcome(), known.reason());
        String advice;
        if (stale.outcome() == Outcome.UNKNOWN) {
            advice = "the statement may have committed a part of its work before, so it was not repeated";
        } else if (inTransaction) {
            advice =
                    "the schema changed under the statement, and PostgreSQL has aborted the transaction: run the transaction again, "
                            + "the driver then prepares the statement again";
        } else {
            advice = "the statement went stale again each time it was prepared anew";
        }
        return new StaleStatementException(stale.error(), meaning, stale.node(), stale.sql(), advice, null);
    }
}
