package io.headgate.core.error;

import static io.headgate.core.error.ErrorRule.PASSES;
import static io.headgate.core.error.ErrorRule.STAYS;
import static io.headgate.core.error.ErrorRule.reportedBy;
import static io.headgate.core.error.ErrorRule.server;
import static io.headgate.core.error.ErrorTable.Kind.CANCELLED;
import static io.headgate.core.error.ErrorTable.Kind.CONFIGURATION;
import static io.headgate.core.error.ErrorTable.Kind.CONFLICT;
import static io.headgate.core.error.ErrorTable.Kind.CONSTRAINT;
import static io.headgate.core.error.ErrorTable.Kind.INTERNAL;
import static io.headgate.core.error.ErrorTable.Kind.OVERLOAD;
import static io.headgate.core.error.ErrorTable.Kind.READ_ONLY_NODE;
import static io.headgate.core.error.ErrorTable.Kind.STALE_STATEMENT;
import static io.headgate.core.error.ErrorTable.Kind.UNAVAILABLE;
import static io.headgate.core.error.Outcome.NOT_EXECUTED;
import static io.headgate.core.error.Outcome.UNKNOWN;

import java.util.List;

/**
 * The meanings of PostgreSQL's errors: first messages that share a SQLSTATE with others, then SQLSTATEs and their classes.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL, Error Codes</a>
 */
final class ServerRules {

    static final List<ErrorRule> RULES = List.of(
            // PostgreSQL, errors whose SQLSTATE alone is not specific enough
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

    private ServerRules() {}
}
