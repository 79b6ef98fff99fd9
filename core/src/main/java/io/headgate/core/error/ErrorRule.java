package io.headgate.core.error;

import static io.headgate.core.error.ErrorTable.Kind.STALE_STATEMENT;
import static io.headgate.core.error.Outcome.NOT_EXECUTED;
import static io.headgate.core.error.Outcome.UNKNOWN;

import io.headgate.core.error.ErrorTable.Kind;
import io.headgate.core.error.ErrorTable.Meaning;
import java.util.Set;

/**
 * One row of the {@link ErrorTable}.
 *
 * @param sqlState a SQLSTATE, or the beginning of one; empty for any
 * @param message what the message contains; empty for any
 * @param routine how the name of the reporting routine begins; empty for any
 * @param pooler whether it applies to errors that a pooler made, or to those of PostgreSQL
 * @param meaning what it means when an atomic work was under way on the connection
 * @param whenIdle its outcome when nothing was that could take effect
 */
record ErrorRule(String sqlState, String message, String routine, boolean pooler, Meaning meaning, Outcome whenIdle) {

    static final boolean PASSES = true;
    static final boolean STAYS = false;

    /**
     * Rows of SQLSTATEs by which a server ends a session. With severity ERROR a function raises one, or passes it on from
     * another server, as postgres_fdw does. Class 08 is not among them: a connection to another server that is lost in its
     * COMMIT leaves open what is stored there.
     */
    private static final Set<String> ENDS_THE_SESSION = Set.of("25P04", "57P", "57P03", "57P04", "57P05");

    private static final String RAISED = "a function or another server says that a session was ended";

    boolean matches(ServerError error) {
        return error.isFromPooler() == pooler && describes(error);
    }

    boolean describes(ServerError error) {
        return error.sqlState().startsWith(sqlState)
                && error.message().contains(message)
                && (routine.isEmpty() || String.valueOf(error.routine()).startsWith(routine));
    }

    /**
     * A fatal error leaves the work's fate open, unless the row is for that very SQLSTATE and not for its class. What says
     * that a session was ended and did not end this one was raised in it, and has undone its statement.
     */
    Meaning meaningOf(ServerError error, boolean inFlight) {
        if (!inFlight) {
            return withOutcome(meaning, whenIdle);
        }
        if (!error.isFatal() && ENDS_THE_SESSION.contains(sqlState)) {
            return new Meaning(meaning.kind(), meaning.isTransient(), NOT_EXECUTED, RAISED);
        }
        return error.isFatal() && sqlState.length() == 2 ? withOutcome(meaning, UNKNOWN) : meaning;
    }

    static Meaning withOutcome(Meaning meaning, Outcome outcome) {
        return meaning.outcome() == outcome
                ? meaning
                : new Meaning(meaning.kind(), meaning.isTransient(), outcome, meaning.reason());
    }

    static ErrorRule pooler(String message, Kind kind, boolean passes, Outcome outcome, String reason) {
        return new ErrorRule("", message, "", true, new Meaning(kind, passes, outcome, reason), NOT_EXECUTED);
    }

    static ErrorRule inFlight(String message, Kind kind, boolean passes, String reason) {
        return pooler(message, kind, passes, UNKNOWN, reason);
    }

    static ErrorRule server(
            String sqlState, String message, Kind kind, boolean passes, Outcome outcome, String reason) {
        return new ErrorRule(sqlState, message, "", false, new Meaning(kind, passes, outcome, reason), NOT_EXECUTED);
    }

    /** Known by the server's routine, since messages are translated. */
    static ErrorRule reportedBy(String routine, String sqlState, String reason) {
        return new ErrorRule(
                sqlState, "", routine, false, new Meaning(STALE_STATEMENT, PASSES, NOT_EXECUTED, reason), NOT_EXECUTED);
    }
}
