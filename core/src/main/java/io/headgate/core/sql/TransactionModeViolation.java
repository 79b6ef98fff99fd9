package io.headgate.core.sql;

import java.util.Objects;

/**
 * Something in a statement that outlives its transaction, and so must not pass a pooler in transaction mode: the next
 * transaction may run on another server connection, and another client inherits this one.
 *
 * @param kind the rule that is broken
 * @param position the index of the {@code char} where the offending words begin, from 0
 * @param what the offending words, normalised, such as {@code SET work_mem}
 * @param alternative what to do instead
 */
public record TransactionModeViolation(Kind kind, int position, String what, String alternative)
        implements java.io.Serializable {

    /** The rules of transaction mode. */
    public enum Kind {
        /** {@code SET}, {@code RESET}, {@code set_config} unless it is visibly local, {@code setseed}. */
        SESSION_SETTING("changes a setting of the session"),
        /** {@code SET ROLE} and {@code SET SESSION AUTHORIZATION}. */
        SESSION_ROLE("changes the user of the session"),
        /** {@code LISTEN} and {@code UNLISTEN}. */
        LISTEN("changes what the session listens to"),
        /** {@code DECLARE ... WITH HOLD}. */
        CURSOR_WITH_HOLD("keeps a cursor in the session"),
        /** SQL's {@code PREPARE}, {@code EXECUTE} and {@code DEALLOCATE}. */
        PREPARED_STATEMENT("relies on a prepared statement of the session"),
        /** A temporary object that is not dropped at commit. */
        TEMPORARY_OBJECT("leaves a temporary object in the session"),
        /** {@code LOAD}. */
        LOAD("loads a library into the session"),
        /** {@code pg_advisory_lock} and its kin. */
        SESSION_ADVISORY_LOCK("takes or releases an advisory lock of the session"),
        /** {@code lastval} and {@code currval}, which answer for whoever used the session before. Fine in a transaction. */
        SESSION_SEQUENCE("tells what the session last took from a sequence"),
        /** {@code dblink_connect} and what uses its connection. */
        REMOTE_CONNECTION("keeps a connection to another server in the session"),
        /** Temporary replication slots, a session's replication origin, {@code pg_backup_start}. */
        SESSION_REPLICATION("keeps replication or a backup in the session"),
        /** {@code DISCARD}. */
        DISCARD("throws away state of the session");

        private final String effect;

        Kind(String effect) {
            this.effect = effect;
        }
    }

    /** Checks that nothing is null. */
    public TransactionModeViolation {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(alternative, "alternative");
    }

    /**
     * Whether the rule also holds within a transaction, where one caller has the session to itself until the end. Only
     * {@link Kind#SESSION_SEQUENCE} does not.
     */
    public boolean holdsInTransaction() {
        return kind != Kind.SESSION_SEQUENCE;
    }

    /** The whole story in one line: what, the rule and the way out. */
    public String message() {
        return what + " (at position " + position + ") " + kind.effect
                + ", which a pooler in transaction mode hands to the next client; " + alternative;
    }
}
