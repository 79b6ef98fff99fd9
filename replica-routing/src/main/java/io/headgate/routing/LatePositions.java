package io.headgate.routing;

import io.headgate.routing.topology.Position;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Finds the positions of writes that were answered without one. One question serves all that come within a few milliseconds: that many
 * writes a second cost no more questions than few. Safe for use by many threads.
 */
final class LatePositions {

    /**
     * From the first write to the question. A replica needs about as long to replay it. A read that cannot wait asks by itself.
     */
    static final Duration DELAY = Duration.ofMillis(5);

    private static final Duration LOST = Duration.ofSeconds(1);

    private final Mono<Position> primaryPosition;
    private final Scheduler timers;
    private Map<ConsistencySession, Cluster.Primary> writers = new HashMap<>();
    private long scheduledAt;

    /** @param primaryPosition asks the primary after the subscription; must end */
    LatePositions(Mono<Position> primaryPosition, Scheduler timers) {
        this.primaryPosition = primaryPosition;
        this.timers = timers;
    }

    /** A session has written on a primary, at a position that it does not know. */
    void wrote(ConsistencySession session, Cluster.Primary primary) {
        boolean isDue;
        synchronized (this) {
            long now = System.nanoTime();
            // a timer may be lost: Reactor's schedulers can be replaced while it waits
            isDue = writers.isEmpty() || now - scheduledAt > LOST.toNanos();
            scheduledAt = isDue ? now : scheduledAt;
            // the earlier primary stays: the position of a later one says nothing of what was written there
            writers.putIfAbsent(session, primary);
        }
        if (isDue) {
            askLater();
        }
    }

    private void askLater() {
        try {
            timers.schedule(this::ask, DELAY.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            // the position stays unknown, and the caller gets its result
            take();
        }
    }

    private synchronized Map<ConsistencySession, Cluster.Primary> take() {
        Map<ConsistencySession, Cluster.Primary> taken = writers;
        writers = new HashMap<>();
        return taken;
    }

    private void ask() {
        Map<ConsistencySession, Cluster.Primary> asking = take();
        if (asking.isEmpty()) {
            return;
        }
        Map<ConsistencySession, ConsistencySession.State> before = new HashMap<>();
        asking.keySet().forEach(each -> before.put(each, each.state()));
        primaryPosition.subscribe(
                position -> asking.forEach((session, primary) -> {
                    ConsistencySession.State then = before.get(session);
                    if (then != null && primary.hasWritten(position)) {
                        session.covered(then, position);
                    }
                }),
                // the session's next read asks again
                unknown -> {});
    }
}
