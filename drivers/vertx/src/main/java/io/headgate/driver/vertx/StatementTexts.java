package io.headgate.driver.vertx;

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
final class StatementTexts {

    /** Schema changes are rare; past this many the oldest knowledge is worth less than the memory. */
    private static final int MAX_RENEWED = 10_000;

    private final Map<String, Renewed> renewed = new ConcurrentHashMap<>();
    private final InstantSource clock;
    private volatile boolean anyRenewed;

    StatementTexts(InstantSource clock) {
        this.clock = clock;
    }

    private record Renewed(String text, long generation) {}

    /** The text to send for a statement. */
    String current(String sql) {
        if (!anyRenewed) {
            return sql;
        }
        Renewed known = renewed.get(sql);
        return known == null ? sql : known.text;
    }

    /**
     * Notes that a text went stale. Of many callers that had sent the same text one makes the next, the others use it.
     *
     * <p>Comments count up from one, so that the instances of a fleet arrive at the same texts and share their statements
     * in the pooler. One that starts after many schema changes would meet every stale text in turn; from the second time
     * on it takes the clock for the number, which no earlier text can have.
     *
     * @param sent the text that was answered with an error
     * @param attempt how often the caller has sent the statement, from 1
     */
    void renew(String sql, String sent, int attempt) {
        if (renewed.size() >= MAX_RENEWED) {
            renewed.clear();
        }
        renewed.compute(sql, (key, known) -> {
            if (!(known == null ? sql : known.text).equals(sent)) {
                return known;
            }
            long next = known == null ? 1 : known.generation + 1;
            long generation = attempt > 1 ? Math.max(next, clock.instant().getEpochSecond()) : next;
            return new Renewed(sql + "/*" + generation + "*/", generation);
        });
        anyRenewed = true;
    }
}
