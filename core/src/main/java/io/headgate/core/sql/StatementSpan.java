package io.headgate.core.sql;

import java.util.Objects;

/**
 * One statement of a text.
 *
 * @param kind its kind; never {@link StatementKind#MULTIPLE} or {@link StatementKind#EMPTY}
 * @param start the index of the {@code char} where its first token begins, from 0
 * @param end the index after its last token; the semicolon is not part of it
 */
public record StatementSpan(StatementKind kind, int start, int end) {
    /** Checks that the kind is not null. */
    public StatementSpan {
        Objects.requireNonNull(kind, "kind");
    }
}
