package io.headgate.core;

import org.jspecify.annotations.Nullable;

/**
 * A notice that the server sends beside a statement's result: a warning, or a message of {@code RAISE NOTICE} in a function.
 *
 * @param severity WARNING, NOTICE, INFO, LOG or DEBUG
 * @param sqlState five characters
 * @param message the primary message
 * @param detail additional information, or null
 * @param hint a suggestion, or null
 */
public record ServerNotice(
        String severity,
        String sqlState,
        String message,
        @Nullable String detail,
        @Nullable String hint) {

    /** Maximum number of notices kept for one statement. Further ones go to the log only. */
    public static final int MAX_PER_STATEMENT = 100;
}
