package io.headgate.core;

/** Which work is refused first when the database is overloaded. */
public enum Priority {
    /** A user waits for the result. The default. */
    INTERACTIVE,
    /** The work can wait or be repeated later. It is refused first. */
    BACKGROUND
}
