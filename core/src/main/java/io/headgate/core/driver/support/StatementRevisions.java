package io.headgate.core.driver.support;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The text with which each statement is sent. After a statement went stale, it is sent with a comment at its end. PgBouncer keys its
 * prepared statements by text, so a new text is prepared again on every server connection. Apart from an administrator's RECONNECT,
 * nothing else achieves that.
 *
 * <p>Shared by all connections of a node: when one connection finds a stale statement, the others do not get the error. Safe for use
 * by many threads. Costs one volatile read until the first statement goes stale.
 */
public final class StatementRevisions {

    /** Maximum number of renewed texts; then all are dropped, to bound memory. Schema changes are rare. */
    private static final int MAX_RENEWED = 10_000;

    private static final long SECONDS_A_GENERATION = 10;

    private final Map<String, String> renewed = new ConcurrentHashMap<>();
    private final InstantSource clock;
    private volatile boolean anyRenewed;

    /** @param clock the source of the generation numbers in the texts */
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
     * Records that a text went stale. If many callers sent the same text, the first call creates the next text and the others use it.
     *
     * <p>The comment contains the time, so it differs from the texts of earlier schema changes. The first time it is in units of ten
     * seconds: all instances of a fleet see a schema change at about the same time, so they create the same text and share one
     * statement in the pooler. If that text is stale too, the next comment is in milliseconds.
     *
     * @param sent the text that the server refused
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
            // a second change within the same ten seconds needs a different text
            long generation = known == null ? now : clock.instant().toEpochMilli();
            return sql + "/*" + generation + "*/";
        });
        anyRenewed = true;
    }
}
