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
 * @param sqlState a SQLSTATE or a prefix of one; empty for any
 * @param message a part of the message; empty for any
 * @param routine a prefix of the reporting routine's name; empty for any
 * @param pooler true for errors of a pooler, false for errors of PostgreSQL
 * @param meaning the meaning when atomic work was in flight on the connection
 * @param whenIdle the outcome when no work in flight could take effect
 */
record ErrorRule(String sqlState, String message, String routine, boolean pooler, Meaning meaning, Outcome whenIdle) {

    static final boolean PASSES = true;
    static final boolean STAYS = false;

    /**
     * SQLSTATEs with which a server ends a session. With severity ERROR, a function raised the error or passed it on from another
     * server, as postgres_fdw does. Class 08 is not included: if a connection to another server is lost during its COMMIT, the
     * outcome there is unknown.
     */
    private static final Set<String> SESSION_END_STATES = Set.of("25P04", "57P", "57P03", "57P04", "57P05");

    private static final String RAISED_REASON = "a function or another server says that a session was ended";

    boolean matches(ServerError error) {
        return error.isFromPooler() == pooler && describes(error);
    }

    boolean describes(ServerError error) {
        return error.sqlState().startsWith(sqlState)
                && error.message().contains(message)
                && (routine.isEmpty() || String.valueOf(error.routine()).startsWith(routine));
    }

    /**
     * After a fatal error the outcome is unknown if the rule matches only the SQLSTATE's class. A non-fatal error with a session-end
     * SQLSTATE was raised inside this session, so it has undone its statement.
     */
    Meaning meaningOf(ServerError error, boolean inFlight) {
        if (!inFlight) {
            return withOutcome(meaning, whenIdle);
        }
        if (!error.isFatal() && SESSION_END_STATES.contains(sqlState)) {
            return new Meaning(meaning.kind(), meaning.isTransient(), NOT_EXECUTED, RAISED_REASON);
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

    /** A rule that matches the server's routine, because servers translate their messages. */
    static ErrorRule reportedBy(String routine, String sqlState, String reason) {
        return new ErrorRule(
                sqlState, "", routine, false, new Meaning(STALE_STATEMENT, PASSES, NOT_EXECUTED, reason), NOT_EXECUTED);
    }
}
