package io.headgate.core.error;

/**
 * What is known of the effect of work that failed. It decides whether the work may be repeated.
 *
 * <p>A statement in a transaction takes effect with the COMMIT, so its error before that is {@link #NOT_EXECUTED}; an error about
 * its result alone, after which the COMMIT may still come, is {@link #UNKNOWN} until it has left the transaction. A statement
 * whose text is proven to only read took no effect however it failed, a lost connection included: it is
 * {@link #NOT_EXECUTED} too. One that calls other functions than PostgreSQL's own is not proven, since the text does not tell
 * what they do.
 *
 * <p>It is about what a transaction of PostgreSQL undoes. Sequences, and what functions and triggers do elsewhere (other
 * databases, files, messages), are not undone by a rollback; nor is a view, operator or policy counted that calls such a
 * function.
 */
public enum Outcome {
    /** It had no effect: never sent, refused, undone by the server, or a read. Repeating it cannot apply it twice. */
    NOT_EXECUTED,
    /** It took effect, and only its result is lost. Repeating it applies it twice. */
    EXECUTED,
    /**
     * Nobody knows: the connection was lost while it was under way, or it may have committed a part before it failed. Repeat
     * only what may be applied twice.
     */
    UNKNOWN
}
