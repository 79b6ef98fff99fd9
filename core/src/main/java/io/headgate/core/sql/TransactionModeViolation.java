package io.headgate.core.sql;

import java.util.Objects;

/**
 * A part of a statement whose effect outlives its transaction. It must not pass a pooler in transaction mode: the next transaction
 * may run on another server connection, and another client gets this one.
 *
 * @param kind the violated rule
 * @param position the index of the {@code char} where the violating words begin, from 0
 * @param what the violating words, normalized, such as {@code SET work_mem}
 * @param alternative what to do instead
 */
public record TransactionModeViolation(Kind kind, int position, String what, String alternative)
        implements java.io.Serializable {

    /** The rules of transaction mode. */
    public enum Kind {
        /** {@code SET}, {@code RESET}, {@code set_config} without a literal true, {@code setseed}, {@code UPDATE pg_settings}. */
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
        /** {@code pg_advisory_lock} and similar functions. */
        SESSION_ADVISORY_LOCK("takes or releases an advisory lock of the session"),
        /** {@code lastval} and {@code currval}, which return values of the session's previous user. Allowed in a transaction. */
        SESSION_SEQUENCE("returns what the session last took from a sequence"),
        /** {@code dblink_connect} and the functions that use its connection. */
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
     * Whether the rule also applies within a transaction, where one caller has exclusive use of the session. True for all kinds except
     * {@link Kind#SESSION_SEQUENCE}.
     */
    public boolean holdsInTransaction() {
        return kind != Kind.SESSION_SEQUENCE;
    }

    /** One line with the violating words, their position from 1 as in PostgreSQL's errors, the rule and the alternative. */
    public String message() {
        return what + " (at position " + (position + 1) + ") " + kind.effect
                + ", which a pooler in transaction mode hands to the next client; " + alternative;
    }
}
