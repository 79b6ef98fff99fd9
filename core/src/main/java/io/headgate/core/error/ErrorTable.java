package io.headgate.core.error;

import static io.headgate.core.error.ErrorTable.Kind.CANCELLED;
import static io.headgate.core.error.ErrorTable.Kind.CONFIGURATION;
import static io.headgate.core.error.ErrorTable.Kind.CONFLICT;
import static io.headgate.core.error.ErrorTable.Kind.CONSTRAINT;
import static io.headgate.core.error.ErrorTable.Kind.INTERNAL;
import static io.headgate.core.error.ErrorTable.Kind.OVERLOAD;
import static io.headgate.core.error.ErrorTable.Kind.READ_ONLY_NODE;
import static io.headgate.core.error.ErrorTable.Kind.STALE_STATEMENT;
import static io.headgate.core.error.ErrorTable.Kind.STATEMENT;
import static io.headgate.core.error.ErrorTable.Kind.UNAVAILABLE;
import static io.headgate.core.error.Outcome.NOT_EXECUTED;
import static io.headgate.core.error.Outcome.UNKNOWN;

import io.headgate.core.topology.Node;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an error of PostgreSQL or PgBouncer means: whether it may pass by itself, and whether the work took effect.
 *
 * <p>Rules are tried from the first to the last: PgBouncer's own messages, which all carry SQLSTATE 08P01, then
 * PostgreSQL's messages that share a SQLSTATE with others, then SQLSTATEs and their classes. An error of
 * severity ERROR has undone its statement, where that is {@link Effect#ATOMIC}; of one that is FATAL the work's fate is unknown,
 * unless a rule knows better.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL, Error Codes</a>
 */
public final class ErrorTable {

    /** What kind of trouble it is. */
    public enum Kind {
        /** A constraint refused the data. */
        CONSTRAINT,
        /** Another transaction was in the way: serialization, deadlock, a lock. */
        CONFLICT,
        /** Too much is asked of the server or the pooler. */
        OVERLOAD,
        /** The server or the pooler is down, starting or stopping. */
        UNAVAILABLE,
        /** Credentials, database name or settings are wrong. */
        CONFIGURATION,
        /** The node takes no writes. */
        READ_ONLY_NODE,
        /** A prepared statement no longer exists or fits. */
        STALE_STATEMENT,
        /** The statement or its data are wrong. */
        STATEMENT,
        /** The statement was cancelled or ran into a time-out of the server. */
        CANCELLED,
        /** The server has a fault. */
        INTERNAL
    }

    /**
     * What an error means.
     *
     * @param isTransient whether the same work may succeed later with nothing changed
     * @param outcome whether the work took effect
     * @param reason in a few words
     */
    public record Meaning(Kind kind, boolean isTransient, Outcome outcome, String reason) {}

    /**
     * One row of the table.
     *
     * @param sqlState a SQLSTATE, or the beginning of one; empty for any
     * @param message what the message contains; empty for any
     * @param routine how the name of the reporting routine begins; empty for any
     * @param pooler whether it applies to errors that a pooler made, or to those of PostgreSQL
     * @param meaning what it means when an atomic work was under way on the connection
     * @param whenIdle its outcome when nothing was that could take effect
     */
    record Rule(String sqlState, String message, String routine, boolean pooler, Meaning meaning, Outcome whenIdle) {

        boolean matches(ServerError error) {
            return error.isFromPooler() == pooler && describes(error);
        }

        private boolean describes(ServerError error) {
            return error.sqlState().startsWith(sqlState)
                    && error.message().contains(message)
                    && (routine.isEmpty() || String.valueOf(error.routine()).startsWith(routine));
        }

        /**
         * A fatal error leaves the work's fate open, unless the row is for that very SQLSTATE and not for its class. What says
         * that a session was ended and did not end this one was raised in it, and has undone its statement.
         */
        private Meaning meaning(ServerError error, boolean inFlight) {
            if (!inFlight) {
                return withOutcome(meaning, whenIdle);
            }
            if (!error.isFatal() && ENDS_THE_SESSION.contains(sqlState)) {
                return new Meaning(meaning.kind, meaning.isTransient, NOT_EXECUTED, RAISED);
            }
            return error.isFatal() && sqlState.length() == 2 ? withOutcome(meaning, UNKNOWN) : meaning;
        }
    }

    /** The SQLSTATE of every error PgBouncer makes itself. */
    private static final String POOLERS_OWN = "08P01";

    /**
     * Rows of SQLSTATEs by which a server ends a session. With severity ERROR a function raises one, or passes it on from
     * another server, as postgres_fdw does. Class 08 is not among them: a connection to another server that is lost in its
     * COMMIT leaves open what is stored there.
     */
    private static final Set<String> ENDS_THE_SESSION = Set.of("25P04", "57P", "57P03", "57P04", "57P05");

    private static final String RAISED = "a function or another server says that a session was ended";

    /** PostgreSQL's routine that reports errors of its scanner and grammar. */
    private static final String READS_THE_TEXT = "scanner_yyerror";

    /** PostgreSQL's routine that refuses several statements in one text of the extended protocol. */
    private static final String TAKES_ONE_STATEMENT = "exec_parse_message";

    private static final String COMMITTED_A_PART =
            "it may have committed a part of its work before it failed; look before it is run again";

    private static final boolean PASSES = true;
    private static final boolean STAYS = false;

    /** The table. Sources: PgBouncer's source up to 1.25 for its messages; PostgreSQL's appendix A for SQLSTATEs. */
    static final List<Rule> RULES = List.of(
            // PgBouncer, work that waited for a server connection and never got one
            pooler("query_wait_timeout", OVERLOAD, PASSES, NOT_EXECUTED, "no server connection became free in time"),
            pooler(
                    "query_timeout",
                    OVERLOAD,
                    PASSES,
                    NOT_EXECUTED,
                    "the query timed out while it waited for a server connection"),
            pooler("client_login_timeout", UNAVAILABLE, PASSES, NOT_EXECUTED, "the pooler has no server to log in to"),
            pooler(
                    "no more connections allowed",
                    OVERLOAD,
                    PASSES,
                    NOT_EXECUTED,
                    "the pooler's client limit is reached"),
            pooler(
                    "client connections exceeded",
                    OVERLOAD,
                    PASSES,
                    NOT_EXECUTED,
                    "the pooler's client limit is reached"),
            pooler(
                    "server login has been failing",
                    UNAVAILABLE,
                    PASSES,
                    NOT_EXECUTED,
                    "the pooler cannot reach the server"),
            pooler(
                    "pgbouncer cannot connect to server",
                    UNAVAILABLE,
                    PASSES,
                    NOT_EXECUTED,
                    "the pooler cannot reach the server"),
            pooler("pooler is shutting down", UNAVAILABLE, PASSES, NOT_EXECUTED, "the pooler is stopping"),
            pooler("server shutting down", UNAVAILABLE, PASSES, NOT_EXECUTED, "the pooler is stopping"),
            pooler(
                    "bouncer config error",
                    UNAVAILABLE,
                    PASSES,
                    NOT_EXECUTED,
                    "the server died while the client logged in, or the pooler's configuration is wrong"),
            // PgBouncer, configuration
            pooler("no such database", CONFIGURATION, STAYS, NOT_EXECUTED, "the pooler does not know the database"),
            pooler("is disabled", CONFIGURATION, STAYS, NOT_EXECUTED, "the database is disabled in the pooler"),
            pooler("no such user", CONFIGURATION, STAYS, NOT_EXECUTED, "the pooler does not know the user"),
            pooler(
                    "authentication failed",
                    CONFIGURATION,
                    STAYS,
                    NOT_EXECUTED,
                    "the pooler refuses user, password or certificate"),
            pooler("login rejected", CONFIGURATION, STAYS, NOT_EXECUTED, "the pooler's HBA rules refuse the client"),
            pooler(
                    "server login failed",
                    CONFIGURATION,
                    STAYS,
                    NOT_EXECUTED,
                    "the pooler's own credentials do not suit the server"),
            pooler(
                    "unsupported startup parameter",
                    CONFIGURATION,
                    STAYS,
                    NOT_EXECUTED,
                    "the pooler refuses a start-up parameter; list it in ignore_startup_parameters"),
            pooler(
                    "unsupported options startup parameter",
                    CONFIGURATION,
                    STAYS,
                    NOT_EXECUTED,
                    "the pooler refuses the start-up parameter options"),
            pooler("SSL required", CONFIGURATION, STAYS, NOT_EXECUTED, "the pooler takes only TLS connections"),
            // PgBouncer, prepared statements of a connection
            pooler(
                    "prepared statement name is already in use",
                    STALE_STATEMENT,
                    PASSES,
                    NOT_EXECUTED,
                    "a statement's name was used twice"),
            pooler(
                    "prepared statement did not exist",
                    STALE_STATEMENT,
                    PASSES,
                    NOT_EXECUTED,
                    "a statement's name is not known"),
            // PgBouncer, work that was under way
            inFlight("server conn crashed?", UNAVAILABLE, PASSES, "the server connection was lost"),
            inFlight("query timeout", CANCELLED, STAYS, "the pooler's query_timeout ended the statement"),
            inFlight(
                    "idle transaction timeout",
                    CANCELLED,
                    STAYS,
                    "the pooler's idle_transaction_timeout ended the transaction"),
            inFlight("transaction timeout", CANCELLED, STAYS, "the pooler's transaction_timeout ended the transaction"),
            inFlight("admin forced disconnect", UNAVAILABLE, PASSES, "an administrator disconnected the client"),
            inFlight("client_idle_timeout", UNAVAILABLE, PASSES, "the pooler closed an idle connection"),
            inFlight("database removed", CONFIGURATION, STAYS, "the database was removed from the pooler"),
            // PostgreSQL, where a message tells more than its SQLSTATE
            reportedBy("RevalidateCachedQuery", "0A000", "the schema changed under a prepared statement"),
            reportedBy("PortalSetResultFormat", "08P01", "the schema changed under a prepared statement"),
            reportedBy("exec_bind_message", "08P01", "the schema changed under a prepared statement"),
            reportedBy("pq_", "08P01", "the type of a parameter changed under a prepared statement"),
            server(
                    "42501",
                    "permission denied for database",
                    CONFIGURATION,
                    STAYS,
                    NOT_EXECUTED,
                    "the user may not use the database"),
            // PostgreSQL, SQLSTATEs and classes
            server(
                    "22P03",
                    "",
                    STALE_STATEMENT,
                    PASSES,
                    NOT_EXECUTED,
                    "the type of a parameter changed under a prepared statement"),
            server("26000", "", STALE_STATEMENT, PASSES, NOT_EXECUTED, "the prepared statement is gone"),
            server("42P05", "", STALE_STATEMENT, PASSES, NOT_EXECUTED, "the prepared statement's name is taken"),
            server("08", "", UNAVAILABLE, PASSES, UNKNOWN, "the connection failed"),
            server("23", "", CONSTRAINT, STAYS, NOT_EXECUTED, "a constraint is violated"),
            server(
                    "25006",
                    "",
                    READ_ONLY_NODE,
                    STAYS,
                    NOT_EXECUTED,
                    "a write on a replica or in a read-only transaction"),
            server(
                    "25P03",
                    "",
                    CANCELLED,
                    PASSES,
                    NOT_EXECUTED,
                    "the transaction was idle too long and was rolled back"),
            server("25P04", "", CANCELLED, STAYS, UNKNOWN, "transaction_timeout ended the session"),
            server("28", "", CONFIGURATION, STAYS, NOT_EXECUTED, "the server refuses the user or password"),
            server("3D", "", CONFIGURATION, STAYS, NOT_EXECUTED, "the database does not exist"),
            server("40001", "", CONFLICT, PASSES, NOT_EXECUTED, "a conflict with another transaction or with recovery"),
            server("40P01", "", CONFLICT, PASSES, NOT_EXECUTED, "a deadlock"),
            server("40003", "", UNAVAILABLE, PASSES, UNKNOWN, "the statement's completion is unknown"),
            server("40", "", CONFLICT, STAYS, NOT_EXECUTED, "the transaction was rolled back"),
            server("53", "", OVERLOAD, PASSES, NOT_EXECUTED, "the server lacks connections, memory or disk"),
            server("55P03", "", CONFLICT, PASSES, NOT_EXECUTED, "a lock was not available in time"),
            server("55006", "", CONFLICT, PASSES, NOT_EXECUTED, "an object is in use"),
            server(
                    "57014",
                    "",
                    CANCELLED,
                    STAYS,
                    NOT_EXECUTED,
                    "the statement was cancelled, or ran into statement_timeout"),
            server("57P03", "", UNAVAILABLE, PASSES, NOT_EXECUTED, "the server is starting, stopping or in recovery"),
            server("57P04", "", CONFIGURATION, STAYS, UNKNOWN, "the database was dropped"),
            server("57P05", "", UNAVAILABLE, PASSES, NOT_EXECUTED, "the session was idle too long"),
            server("57P", "", UNAVAILABLE, PASSES, UNKNOWN, "the server ended the session"),
            server("58", "", INTERNAL, STAYS, NOT_EXECUTED, "the server's system failed"),
            server("72", "", CONFLICT, PASSES, NOT_EXECUTED, "the snapshot is too old"),
            server("XX", "", INTERNAL, STAYS, NOT_EXECUTED, "an internal error of the server"),
            server("F0", "", CONFIGURATION, STAYS, NOT_EXECUTED, "the server's configuration is wrong"));

    private static final Meaning UNLISTED =
            new Meaning(STATEMENT, STAYS, NOT_EXECUTED, "the server refuses the statement or its data");
    private static final Meaning UNLISTED_FATAL =
            new Meaning(UNAVAILABLE, PASSES, UNKNOWN, "the server ended the session");

    private ErrorTable() {}

    /**
     * What an error means.
     *
     * @param error the error's fields
     * @param effect what the work could change that had been sent on the connection and was not yet answered
     */
    public static Meaning of(ServerError error, Effect effect) {
        Meaning meaning = ofAtomic(error, effect != Effect.NONE);
        return mayHaveCommitted(error, effect) ? withOutcome(meaning, UNKNOWN) : meaning;
    }

    /** Whether work that commits on its way may have done so before the error. What a pooler refuses never got there. */
    private static boolean mayHaveCommitted(ServerError error, Effect effect) {
        return effect == Effect.PIECEMEAL && !error.isFromPooler() && !isFoundInTheText(error);
    }

    /**
     * Whether PostgreSQL found it in reading the text, of which it executes nothing before it has read all. An error in a text
     * that a function or block runs has no position in the text that was sent.
     */
    private static boolean isFoundInTheText(ServerError error) {
        return (READS_THE_TEXT.equals(error.routine()) && error.position() > 0)
                || TAKES_ONE_STATEMENT.equals(error.routine());
    }

    private static Meaning ofAtomic(ServerError error, boolean inFlight) {
        for (Rule rule : RULES) {
            if (rule.matches(error)) {
                return rule.meaning(error, inFlight);
            }
        }
        if (error.isFromPooler() && !error.sqlState().equals(POOLERS_OWN)) {
            // why a server refused the pooler's login, passed on to the clients that waited for it
            for (Rule rule : RULES) {
                if (!rule.pooler && rule.describes(error)) {
                    return withOutcome(rule.meaning, NOT_EXECUTED);
                }
            }
        }
        if (!error.isFatal()) {
            return UNLISTED;
        }
        return inFlight ? UNLISTED_FATAL : withOutcome(UNLISTED_FATAL, NOT_EXECUTED);
    }

    /**
     * The exception for an error.
     *
     * @param node where it happened, host and port
     * @param sql the statement, or null when the error belongs to none
     * @param effect as in {@link #of}
     */
    public static DatabaseException toException(
            ServerError error, Node node, @Nullable String sql, Effect effect, @Nullable Throwable cause) {
        Meaning meaning = of(error, effect);
        if (meaning.kind() == CONSTRAINT) {
            return new ConstraintViolationException(error, meaning, node, sql, cause);
        }
        if (error.isFromPooler()) {
            return new PoolerException(error, meaning, node, sql, cause);
        }
        String advice = mayHaveCommitted(error, effect) ? COMMITTED_A_PART : null;
        return new DatabaseException(error, meaning, node, sql, advice, cause);
    }

    private static Meaning withOutcome(Meaning meaning, Outcome outcome) {
        return meaning.outcome() == outcome
                ? meaning
                : new Meaning(meaning.kind(), meaning.isTransient(), outcome, meaning.reason());
    }

    private static Rule pooler(String message, Kind kind, boolean passes, Outcome outcome, String reason) {
        return new Rule("", message, "", true, new Meaning(kind, passes, outcome, reason), NOT_EXECUTED);
    }

    private static Rule inFlight(String message, Kind kind, boolean passes, String reason) {
        return pooler(message, kind, passes, UNKNOWN, reason);
    }

    private static Rule server(
            String sqlState, String message, Kind kind, boolean passes, Outcome outcome, String reason) {
        return new Rule(sqlState, message, "", false, new Meaning(kind, passes, outcome, reason), NOT_EXECUTED);
    }

    /** Known by the server's routine, since messages are translated. */
    private static Rule reportedBy(String routine, String sqlState, String reason) {
        return new Rule(
                sqlState, "", routine, false, new Meaning(STALE_STATEMENT, PASSES, NOT_EXECUTED, reason), NOT_EXECUTED);
    }
}
