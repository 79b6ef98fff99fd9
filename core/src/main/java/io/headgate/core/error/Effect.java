package io.headgate.core.error;

/** What the work in flight on a connection can change permanently. Together with the error it decides the {@link Outcome}. */
public enum Effect {
    /**
     * Nothing permanent: a login, a proven read, a statement in a transaction before its COMMIT. Whatever the error, nothing took
     * effect.
     */
    NONE,
    /**
     * One transaction: a COMMIT, or a statement that is an implicit transaction. An error of severity ERROR undoes all of it.
     * After a lost connection the outcome is unknown.
     */
    ATOMIC,
    /**
     * The work may commit parts of itself: {@code CALL}, {@code DO}, {@code VACUUM}, {@code CREATE INDEX CONCURRENTLY}, several
     * statements in one text. An error undoes only the changes after the last commit, so the outcome is unknown.
     */
    PIECEMEAL
}
