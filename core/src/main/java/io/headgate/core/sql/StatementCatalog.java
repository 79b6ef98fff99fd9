package io.headgate.core.sql;

import java.util.Objects;

/**
 * The facts about the SQL texts that this process uses. A text is analyzed at its first use. A statement carries its facts, so it is
 * not analyzed again.
 *
 * <p>One catalog per process, because facts depend only on the text. Its size is bounded like {@link TextCache}, to about 60 MiB at
 * most. Facts are not cached if the text is longer than {@link TextCache#MAX_LENGTH}, if it has more than {@value
 * StatementFacts#MOST_NAMES} tables, functions, statements and violations, or if it cannot be sent. Then only the statement has the
 * facts, and the next statement with this text is analyzed again. Safe for use by many threads.
 */
public final class StatementCatalog {

    private static final TextCache<StatementFacts> FACTS =
            new TextCache<>(StatementFacts::new, StatementFacts::isSmall);

    private StatementCatalog() {}

    /** The facts about a text. A new text is analyzed now, in time linear in its length. */
    public static StatementFacts of(String sql) {
        Objects.requireNonNull(sql, "sql");
        return FACTS.of(sql);
    }

    /** The facts about a text that this process does not run, such as the query of a view. They are not kept. */
    public static StatementFacts once(String sql) {
        return new StatementFacts(Objects.requireNonNull(sql, "sql"));
    }
}
