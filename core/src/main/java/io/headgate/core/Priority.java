package io.headgate.core;

/** Which work is refused first when there is more than the database can do. */
public enum Priority {
    /** Somebody waits for it. The default. */
    INTERACTIVE,
    /** It can wait, or be done again later: it is the first to be refused. */
    BACKGROUND
}
