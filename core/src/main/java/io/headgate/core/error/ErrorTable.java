package io.headgate.core.error;

import static io.headgate.core.error.ErrorTable.Kind.CONSTRAINT;
import static io.headgate.core.error.ErrorTable.Kind.STATEMENT;
import static io.headgate.core.error.ErrorTable.Kind.UNAVAILABLE;
import static io.headgate.core.error.Outcome.NOT_EXECUTED;
import static io.headgate.core.error.Outcome.UNKNOWN;

import io.headgate.core.topology.Node;
import java.util.List;
import java.util.stream.Stream;
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

    /** The SQLSTATE of every error PgBouncer makes itself. */
    private static final String POOLERS_OWN = "08P01";

    /** PostgreSQL's routine that reports errors of its scanner and grammar. */
    private static final String READS_THE_TEXT = "scanner_yyerror";

    /** PostgreSQL's routine that refuses several statements in one text of the extended protocol. */
    private static final String TAKES_ONE_STATEMENT = "exec_parse_message";

    private static final String COMMITTED_A_PART =
            "it may have committed a part of its work before it failed; look before it is run again";

    /** The table: {@link PoolerRules}, then {@link ServerRules}. */
    static final List<ErrorRule> RULES = Stream.concat(PoolerRules.RULES.stream(), ServerRules.RULES.stream())
            .toList();

    private static final Meaning UNLISTED =
            new Meaning(STATEMENT, ErrorRule.STAYS, NOT_EXECUTED, "the server refuses the statement or its data");
    private static final Meaning UNLISTED_FATAL =
            new Meaning(UNAVAILABLE, ErrorRule.PASSES, UNKNOWN, "the server ended the session");

    private ErrorTable() {}

    /**
     * What an error means.
     *
     * @param error the error's fields
     * @param effect what the work could change that had been sent on the connection and was not yet answered
     */
    public static Meaning of(ServerError error, Effect effect) {
        Meaning meaning = ofAtomic(error, effect != Effect.NONE);
        return mayHaveCommitted(error, effect) ? ErrorRule.withOutcome(meaning, UNKNOWN) : meaning;
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
        for (ErrorRule rule : RULES) {
            if (rule.matches(error)) {
                return rule.meaningOf(error, inFlight);
            }
        }
        if (error.isFromPooler() && !error.sqlState().equals(POOLERS_OWN)) {
            // why a server refused the pooler's login, passed on to the clients that waited for it
            for (ErrorRule rule : RULES) {
                if (!rule.pooler() && rule.describes(error)) {
                    return ErrorRule.withOutcome(rule.meaning(), NOT_EXECUTED);
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
}
