package io.headgate.core.sql;

import java.util.Objects;

/**
 * The facts of the SQL texts that this process uses. A text is analysed when it is seen first, and no layer analyses it again.
 *
 * <p>One catalog a process, since facts depend on nothing but the text. Bounded as {@link TextCache} is; the facts of a text that is
 * longer than {@link TextCache#MAX_LENGTH} are not kept here, but by the statement that carries them. Safe for use by many threads.
 */
public final class StatementCatalog {

    private static final TextCache<StatementFacts> FACTS = new TextCache<>(StatementFacts::new);

    private StatementCatalog() {}

    /** The facts of a text, analysed now if it is new: in time linear in its length. */
    public static StatementFacts of(String sql) {
        Objects.requireNonNull(sql, "sql");
        return FACTS.of(sql);
    }
}
