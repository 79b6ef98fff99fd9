package io.headgate.core.driver.support;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The text under which each statement is sent. A statement whose prepared form went stale is sent with a comment at its
 * end from then on: PgBouncer keys its prepared statements by text, so another text is prepared anew on every server
 * connection, which nothing else achieves short of an administrator's RECONNECT.
 *
 * <p>Shared by all connections of a node: one that finds a statement stale spares the others the error. Safe for use by
 * many threads; costs one volatile read as long as nothing was ever stale.
 */
public final class StatementRevisions {

    /** Schema changes are rare; past this many the oldest knowledge is worth less than the memory. */
    private static final int MAX_RENEWED = 10_000;

    private static final long SECONDS_A_GENERATION = 10;

    private final Map<String, String> renewed = new ConcurrentHashMap<>();
    private final InstantSource clock;
    private volatile boolean anyRenewed;

    /** @param clock gives the texts their generations */
    public StatementRevisions(InstantSource clock) {
        this.clock = clock;
    }

    /** The text to send for a statement. */
    public String current(String sql) {
        if (!anyRenewed) {
            return sql;
        }
        return renewed.getOrDefault(sql, sql);
    }

    /**
     * Notes that a text went stale. Of many callers that had sent the same text one makes the next, the others use it.
     *
     * <p>The comment is the time, which no text that an earlier change made stale can have: at first in units of ten seconds,
     * so that the instances of a fleet, which all meet a schema change at about the same time, arrive at the same text and
     * share one statement in the pooler; in milliseconds when that one turns out to be stale too.
     *
     * @param sent the text that was answered with an error
     */
    public void renew(String sql, String sent) {
        if (renewed.size() >= MAX_RENEWED) {
            renewed.clear();
        }
        long now = clock.instant().getEpochSecond() / SECONDS_A_GENERATION;
        renewed.compute(sql, (key, known) -> {
            if (!(known == null ? sql : known).equals(sent)) {
                return known;
            }
            // a second change in the same ten seconds needs another text than the first
            long generation = known == null ? now : clock.instant().toEpochMilli();
            return sql + "/*" + generation + "*/";
        });
        anyRenewed = true;
    }
}
