package io.headgate.pool.statement;

import io.headgate.core.SqlStatement;
import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.StatementFacts;
import io.headgate.core.sql.StatementKind;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The profiles of the texts that a service sends. Bounded: a service that creates a new text for each call fills it. It is then
 * cleared, which costs each text one execution on a lease. Safe for use by many threads.
 */
public final class StatementProfiles {

    /** Services send a few hundred texts; a profile with its text takes about half a kilobyte. */
    private static final int MOST = 10_000;

    /** A longer text was most likely generated for one call, and is not worth its memory. */
    private static final int LONGEST = 8_192;

    private static final StatementProfile UNSHARED = new StatementProfile(false);

    /**
     * Queries: one implicit transaction that returns rows. EXPLAIN is not one of them: it takes the locks of the explained
     * statement, and while an index is being built, the locks of a write wait.
     */
    private static final Set<StatementKind> QUERIES =
            EnumSet.of(StatementKind.SELECT, StatementKind.VALUES, StatementKind.TABLE);

    /**
     * Functions that report on the transaction itself, because a repeated read runs in a read-only transaction; and functions
     * that lock sequences as a write does.
     */
    private static final Set<String> NEVER_SHARED =
            Set.of("current_setting", "pg_settings", "pg_show_all_settings", "pg_sequences", "pg_sequence_last_value");

    private final Map<String, StatementProfile> profiles = new ConcurrentHashMap<>();

    public StatementProfile of(SqlStatement statement) {
        String text = statement.text();
        if (text.length() > LONGEST) {
            return UNSHARED;
        }
        StatementProfile known = profiles.get(text);
        return known != null ? known : learn(text, statement.facts());
    }

    private StatementProfile learn(String text, StatementFacts facts) {
        if (profiles.size() >= MOST) {
            profiles.clear();
        }
        return profiles.computeIfAbsent(text, sql -> new StatementProfile(isShareable(facts.analysis())));
    }

    /**
     * A lane takes only statements whose text proves that they read. Such a statement takes no lock that others wait for, waits
     * only for the locks of DDL, and can be sent again.
     */
    private static boolean isShareable(SqlAnalysis analysis) {
        return QUERIES.contains(analysis.kind())
                && analysis.isProvenToRead()
                && analysis.transactionModeViolations().isEmpty()
                && Stream.concat(analysis.functions().stream(), analysis.tablesRead().stream())
                        .noneMatch(name -> NEVER_SHARED.contains(name.name()))
                && analysis.isReadable();
    }
}
