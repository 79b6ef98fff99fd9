package io.headgate.driver.netty;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The statements known in one database, by text. Bounded: past the bound all are learned anew. Safe for use by many threads. */
final class KnownStatements {

    /** As many texts as a pool keeps profiles of; an application that builds more into its SQL gains nothing by them. */
    private static final int MOST = 10_000;

    private final Map<String, KnownStatement> statements = new ConcurrentHashMap<>();

    KnownStatement of(String sql) {
        KnownStatement known = statements.get(sql);
        return known != null ? known : learn(sql);
    }

    private KnownStatement learn(String sql) {
        if (statements.size() >= MOST) {
            statements.clear();
        }
        return statements.computeIfAbsent(sql, KnownStatement::new);
    }
}
