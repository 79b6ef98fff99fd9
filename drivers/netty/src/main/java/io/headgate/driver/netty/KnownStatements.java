package io.headgate.driver.netty;

import io.headgate.core.sql.StatementCatalog;
import io.headgate.core.sql.StatementFacts;
import io.headgate.core.sql.TextCache;

/** The known statements of one database, by text; bounded by {@link TextCache}. Safe for use by many threads. */
final class KnownStatements {

    private final TextCache<KnownStatement> statements = new TextCache<>(
            sql -> new KnownStatement(sql, StatementCatalog.of(sql).analysis()));

    /**
     * Returns what is known of a statement.
     *
     * @param sql its text as sent
     * @param facts of the text that the caller passed, usually the same one
     */
    KnownStatement of(String sql, StatementFacts facts) {
        boolean isLong = sql.length() > TextCache.MAX_LENGTH && sql.equals(facts.text());
        return isLong ? new KnownStatement(sql, facts.analysis()) : statements.of(sql);
    }
}
