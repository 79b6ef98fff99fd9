package io.headgate.core.error;

/**
 * Whether failed work took effect, as far as it is known. It decides whether the work may be repeated.
 *
 * <p>A statement in a transaction takes effect with the COMMIT, so an error before that is {@link #NOT_EXECUTED}. An error that
 * concerns only the result is {@link #UNKNOWN} while it is inside the transaction, because the work may still commit. A proven read
 * takes no effect, even if the connection is lost: it is {@link #NOT_EXECUTED} too. One that has timed out behind a stuck statement is
 * {@link #UNKNOWN}: it may still run, and a view that it reads may call a function that writes. A statement that calls functions other than
 * PostgreSQL's own is not a proven read, because the text does not show what they do.
 *
 * <p>The outcome covers only what a rollback in PostgreSQL undoes. A rollback does not undo sequences, nor what functions and
 * triggers change elsewhere (other databases, files, messages). Views, operators and policies that call such functions are not
 * detected.
 */
public enum Outcome {
    /** The work had no effect: never sent, refused, undone by the server, or a read. Repeating it cannot apply it twice. */
    NOT_EXECUTED,
    /** The work took effect; only its result is lost. Repeating it applies it twice. */
    EXECUTED,
    /**
     * Not known: the connection was lost while the work was in flight, or the work may have committed a part before it failed.
     * Repeat only work that may be applied twice.
     */
    UNKNOWN
}
