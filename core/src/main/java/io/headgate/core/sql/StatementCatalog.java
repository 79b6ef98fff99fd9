package io.headgate.core.sql;

import java.util.Objects;

/**
 * The facts of the SQL texts that this process uses. A text is analysed when it is seen first, and what a statement carries is not
 * analysed again.
 *
 * <p>One catalog a process, since facts depend on nothing but the text. Bounded as {@link TextCache} is, to about 60 MiB at worst. Not
 * kept are the facts of a text that is longer than {@link TextCache#MAX_LENGTH}, that names more than {@value StatementFacts#MOST_NAMES}
 * tables, functions and statements, or that cannot be sent: these are carried by the statement alone, and analysed anew for the next. Safe
 * for use by many threads.
 */
public final class StatementCatalog {

    private static final TextCache<StatementFacts> FACTS =
            new TextCache<>(StatementFacts::new, StatementFacts::isSmall);

    private StatementCatalog() {}

    /** The facts of a text, analysed now if it is new: in time linear in its length. */
    public static StatementFacts of(String sql) {
        Objects.requireNonNull(sql, "sql");
        return FACTS.of(sql);
    }
}
