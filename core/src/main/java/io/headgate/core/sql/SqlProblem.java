package io.headgate.core.sql;

import java.util.Objects;

/**
 * The first place in a text that PostgreSQL's scanner would refuse, such as a literal without its closing quote.
 *
 * @param position the index of the {@code char} where the problem begins, from 0
 * @param message the problem and its solution; contains no part of the text, which may be confidential
 */
record SqlProblem(int position, String message) {
    /** Checks that the message is not null. */
    SqlProblem {
        Objects.requireNonNull(message, "message");
    }
}
