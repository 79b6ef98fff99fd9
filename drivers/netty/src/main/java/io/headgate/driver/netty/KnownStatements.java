package io.headgate.driver.netty;

import io.headgate.core.sql.StatementCatalog;
import io.headgate.core.sql.StatementFacts;
import io.headgate.core.sql.TextCache;

/** The statements known in one database, by text; bounded as a {@link TextCache} is. Safe for use by many threads. */
final class KnownStatements {

    private final TextCache<KnownStatement> statements = new TextCache<>(
            sql -> new KnownStatement(sql, StatementCatalog.of(sql).analysis()));

    /**
     * What is known of a statement.
     *
     * @param sql its text as it is sent
     * @param facts of its text as the caller gave it, which mostly is the same
     */
    KnownStatement of(String sql, StatementFacts facts) {
        boolean isLong = sql.length() > TextCache.MAX_LENGTH && sql.equals(facts.text());
        return isLong ? new KnownStatement(sql, facts.analysis()) : statements.of(sql);
    }
}
