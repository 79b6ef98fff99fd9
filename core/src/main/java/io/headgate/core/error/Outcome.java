package io.headgate.core.error;

/** What is known of the effect of work that failed. It decides whether the work may be repeated. */
public enum Outcome {
    /** It had no effect: never sent, refused, or undone by the server. Repeating it cannot apply it twice. */
    NOT_EXECUTED,
    /** It took effect, and only its result is lost. Repeating it applies it twice. */
    EXECUTED,
    /** Nobody knows: the connection was lost while it was under way. Repeat only what may be applied twice. */
    UNKNOWN
}
