package io.headgate.core;

import org.jspecify.annotations.Nullable;

/**
 * What the server said beside a statement's result: a warning, or what a function raises by {@code RAISE NOTICE}.
 *
 * @param severity WARNING, NOTICE, INFO, LOG or DEBUG
 * @param sqlState five characters
 * @param message the primary message
 * @param detail more on it, if given
 * @param hint what may help, if given
 */
public record ServerNotice(
        String severity,
        String sqlState,
        String message,
        @Nullable String detail,
        @Nullable String hint) {

    /** Most notices that are kept for one statement; a loop that raises more is for the log. */
    public static final int MAX_PER_STATEMENT = 100;
}
