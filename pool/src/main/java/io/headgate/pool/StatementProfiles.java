package io.headgate.pool;

import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.SqlAnalyzer;
import io.headgate.core.sql.StatementKind;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The profiles of the texts that a service sends. Bounded: a service that makes texts anew for each call would fill it, and
 * then it starts afresh, which costs each text one execution on a lease. Safe for use by many threads.
 */
final class StatementProfiles {

    /** Services send some hundred texts; a profile with its text takes about half a kilobyte. */
    private static final int MOST = 10_000;

    /** A longer text was most likely put together for the occasion, and is not worth its memory. */
    private static final int LONGEST = 8_192;

    private static final StatementProfile UNSHARED = new StatementProfile(false);

    /** Kinds that are one implicit transaction, and leave the session as it was. */
    private static final Set<StatementKind> SHAREABLE = EnumSet.of(
            StatementKind.SELECT,
            StatementKind.VALUES,
            StatementKind.TABLE,
            StatementKind.INSERT,
            StatementKind.UPDATE,
            StatementKind.DELETE,
            StatementKind.MERGE,
            StatementKind.SHOW,
            StatementKind.EXPLAIN,
            StatementKind.NOTIFY);

    private final Map<String, StatementProfile> profiles = new ConcurrentHashMap<>();

    StatementProfile of(String text) {
        if (text.length() > LONGEST) {
            return UNSHARED;
        }
        StatementProfile known = profiles.get(text);
        return known != null ? known : learn(text);
    }

    private StatementProfile learn(String text) {
        if (profiles.size() >= MOST) {
            profiles.clear();
        }
        return profiles.computeIfAbsent(text, sql -> new StatementProfile(isShareable(SqlAnalyzer.analyze(sql))));
    }

    private static boolean isShareable(SqlAnalysis analysis) {
        return SHAREABLE.contains(analysis.kind())
                && analysis.transactionModeViolations().isEmpty()
                && analysis.problem() == null;
    }
}
