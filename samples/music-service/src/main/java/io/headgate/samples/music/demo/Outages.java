package io.headgate.samples.music.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * When a pooler was away because the demo took it away. A request that fails in that time fails for a known reason. Safe for use by many
 * threads.
 */
final class Outages {

    /** How long after a pooler's return a service may still fail: Headgate tries to connect at least every 0.5 s. */
    static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Outage(long from, long to) {}

    private final List<Outage> over = new ArrayList<>();
    private boolean away;
    private long since;

    synchronized void began(long at) {
        away = true;
        since = at;
    }

    synchronized void ended(long at) {
        away = false;
        over.add(new Outage(since, at));
    }

    /** Whether the pooler was away at some time between two moments, or had just come back. */
    synchronized boolean touch(long from, long to) {
        return (away && to - since >= 0)
                || over.stream().anyMatch(outage -> to - outage.from >= 0 && outage.to + GRACE_NANOS - from >= 0);
    }

    /** How long before {@code at} the pooler came back last; negative if it has never been away. */
    synchronized long sinceLastReturn(long at) {
        return over.isEmpty() ? -1 : at - over.get(over.size() - 1).to;
    }
}
