package io.headgate.driver.netty;

import io.headgate.core.sql.StatementCatalog;
import io.headgate.core.sql.TextCache;

/** The statements known in one database, by text; bounded as a {@link TextCache} is. Safe for use by many threads. */
final class KnownStatements {

    private final TextCache<KnownStatement> statements = new TextCache<>(
            sql -> new KnownStatement(sql, StatementCatalog.of(sql).analysis()));

    KnownStatement of(String sql) {
        return statements.of(sql);
    }
}
