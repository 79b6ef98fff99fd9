package io.headgate.core.sql;

import java.util.Objects;

/**
 * The first thing in a text that PostgreSQL's scanner would refuse, such as a literal without its closing quote.
 *
 * @param position the index of the {@code char} where the trouble begins, from 0
 * @param message what is wrong and how to mend it; holds no part of the text, which may be confidential
 */
record SqlProblem(int position, String message) {
    /** Checks that there is a message. */
    SqlProblem {
        Objects.requireNonNull(message, "message");
    }
}
