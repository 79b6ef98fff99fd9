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
 * The profiles of the texts that a service sends. Bounded: a service that makes texts anew for each call would fill it, and
 * then it starts afresh, which costs each text one execution on a lease. Safe for use by many threads.
 */
public final class StatementProfiles {

    /** Services send some hundred texts; a profile with its text takes about half a kilobyte. */
    private static final int MOST = 10_000;

    /** A longer text was most likely put together for the occasion, and is not worth its memory. */
    private static final int LONGEST = 8_192;

    private static final StatementProfile UNSHARED = new StatementProfile(false);

    /**
     * Queries: one implicit transaction that gives rows. EXPLAIN is none: it takes the locks of what it explains, and an index that
     * is being built holds up those of a write.
     */
    private static final Set<StatementKind> QUERIES =
            EnumSet.of(StatementKind.SELECT, StatementKind.VALUES, StatementKind.TABLE);

    /**
     * What tells of the transaction itself, since a read that is sent again is in one that only reads; and what locks sequences
     * as a write does.
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
     * A lane takes what its text alone proves to read. It takes no lock that others wait for, it waits for none but those of
     * DDL, and it can be sent again.
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
