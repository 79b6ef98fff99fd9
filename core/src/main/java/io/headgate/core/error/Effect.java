package io.headgate.core.error;

/** What work under way on a connection could change by itself. With the error it decides the {@link Outcome}. */
public enum Effect {
    /**
     * Nothing that lasts: a login, a statement that is proven to only read, a statement in a transaction before its COMMIT.
     * However it fails, nothing took effect.
     */
    NONE,
    /**
     * One transaction: a COMMIT, or a statement that is an implicit transaction. An error of severity ERROR undoes all of it;
     * a lost connection leaves its fate unknown.
     */
    ATOMIC,
    /**
     * It may commit on its way: {@code CALL}, {@code DO}, {@code VACUUM}, {@code CREATE INDEX CONCURRENTLY}, several statements
     * in a text. An error undoes only what came after the last commit, so its fate is unknown.
     */
    PIECEMEAL
}
