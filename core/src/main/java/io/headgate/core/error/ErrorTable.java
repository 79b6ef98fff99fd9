package io.headgate.core.error;

import static io.headgate.core.error.ErrorTable.Kind.CONSTRAINT;
import static io.headgate.core.error.ErrorTable.Kind.STATEMENT;
import static io.headgate.core.error.ErrorTable.Kind.UNAVAILABLE;
import static io.headgate.core.error.Outcome.NOT_EXECUTED;
import static io.headgate.core.error.Outcome.UNKNOWN;

import io.headgate.core.topology.Node;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of an error of PostgreSQL or PgBouncer: whether it is transient, and whether the work took effect.
 *
 * <p>The first matching rule applies. The order is: PgBouncer's own messages, which all have SQLSTATE 08P01; PostgreSQL's messages
 * that share a SQLSTATE with others; SQLSTATEs and their classes. An error of severity ERROR has undone its statement if that is
 * {@link Effect#ATOMIC}. After a FATAL error the outcome is unknown unless a rule says otherwise.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL, Error Codes</a>
 */
public final class ErrorTable {

    /** Kinds of errors. */
    public enum Kind {
        /** A constraint refused the data. */
        CONSTRAINT,
        /** A conflict with another transaction: serialization, deadlock, a lock. */
        CONFLICT,
        /** The server or the pooler is overloaded. */
        OVERLOAD,
        /** The server or the pooler is down, starting or stopping. */
        UNAVAILABLE,
        /** Credentials, database name or settings are wrong. */
        CONFIGURATION,
        /** The node accepts no writes. */
        READ_ONLY_NODE,
        /** A prepared statement no longer exists or no longer fits the schema. */
        STALE_STATEMENT,
        /** The statement or its data are wrong. */
        STATEMENT,
        /** The statement was cancelled or exceeded a timeout of the server. */
        CANCELLED,
        /** The server has an internal error. */
        INTERNAL
    }

    /**
     * The meaning of an error.
     *
     * @param isTransient whether the same work may succeed later without any change
     * @param outcome whether the work took effect
     * @param reason a short explanation
     */
    public record Meaning(Kind kind, boolean isTransient, Outcome outcome, String reason) {}

    /** The SQLSTATE of all errors that PgBouncer creates itself. */
    private static final String POOLER_SQLSTATE = "08P01";

    /** The PostgreSQL routine that reports errors of the scanner and the grammar. */
    private static final String PARSER_ROUTINE = "scanner_yyerror";

    /** The PostgreSQL routine that refuses several statements in one text of the extended protocol. */
    private static final String MULTI_STATEMENT_ROUTINE = "exec_parse_message";

    private static final String PARTIAL_COMMIT_ADVICE =
            "it may have committed a part of its work before it failed; look before it is run again";

    /** All rules: {@link PoolerRules}, then {@link ServerRules}. */
    static final List<ErrorRule> RULES = Stream.concat(PoolerRules.RULES.stream(), ServerRules.RULES.stream())
            .toList();

    /** What a server says before a session: wrong credentials, no such database, no connection left, not ready. */
    private static final Set<String> LOGIN_REFUSALS = Set.of("28", "3D", "53", "57P03");

    private static final Meaning UNLISTED =
            new Meaning(STATEMENT, ErrorRule.STAYS, NOT_EXECUTED, "the server refuses the statement or its data");
    private static final Meaning UNLISTED_FATAL =
            new Meaning(UNAVAILABLE, ErrorRule.PASSES, UNKNOWN, "the server ended the session");

    private ErrorTable() {}

    /**
     * The meaning of an error.
     *
     * @param error the error's fields
     * @param effect what the work could change that was sent on the connection and not yet answered
     */
    public static Meaning of(ServerError error, Effect effect) {
        Meaning meaning = ofAtomic(error, effect != Effect.NONE);
        return mayHaveCommitted(error, effect) ? ErrorRule.withOutcome(meaning, UNKNOWN) : meaning;
    }

    /** Whether piecemeal work may have committed a part before the error. Work that a pooler refuses never reached the server. */
    private static boolean mayHaveCommitted(ServerError error, Effect effect) {
        return effect == Effect.PIECEMEAL && !error.isFromPooler() && !isParseError(error);
    }

    /**
     * Whether PostgreSQL found the error while parsing. PostgreSQL executes nothing before it has parsed the whole text. An error in
     * a text that a function or block runs has no position in the text that was sent.
     */
    private static boolean isParseError(ServerError error) {
        return (PARSER_ROUTINE.equals(error.routine()) && error.position() > 0)
                || MULTI_STATEMENT_ROUTINE.equals(error.routine());
    }

    private static Meaning ofAtomic(ServerError error, boolean inFlight) {
        for (ErrorRule rule : RULES) {
            if (rule.matches(error)) {
                return rule.meaningOf(error, inFlight);
            }
        }
        if (error.isFromPooler() && !error.sqlState().equals(POOLER_SQLSTATE)) {
            // the pooler passes on an error of the server, mostly that with which the server refused the pooler's login
            boolean refusedLogin = LOGIN_REFUSALS.stream().anyMatch(error.sqlState()::startsWith);
            for (ErrorRule rule : RULES) {
                if (!rule.pooler() && rule.describes(error)) {
                    return refusedLogin
                            ? ErrorRule.withOutcome(rule.meaning(), NOT_EXECUTED)
                            : rule.meaningOf(error, inFlight);
                }
            }
        }
        if (!error.isFatal()) {
            return UNLISTED;
        }
        return inFlight ? UNLISTED_FATAL : ErrorRule.withOutcome(UNLISTED_FATAL, NOT_EXECUTED);
    }

    /**
     * The exception for an error.
     *
     * @param node the node that reported the error
     * @param sql the statement, or null if the error belongs to no statement
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
        String advice = mayHaveCommitted(error, effect) ? PARTIAL_COMMIT_ADVICE : null;
        return new DatabaseException(error, meaning, node, sql, advice, cause);
    }
}
