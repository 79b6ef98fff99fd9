package io.headgate.pool;

import io.headgate.core.observe.DataAccessListener.CloseReason;
import java.util.List;
import java.util.Map;

/**
 * What a pool has done since it was made, at one moment. Immutable. Counts only grow; what happens while it is made may be
 * in one figure and not yet in another.
 *
 * @param state what is open, in use and waiting now
 * @param laneDepths statements under way on each lane
 * @param waits how long callers waited for a lease, or for a place on a lane when all were full; a statement that found a
 *     place at once is not counted
 * @param timeouts callers whose wait took too long
 * @param rejections callers refused because the queue was full
 * @param cancellations callers that gave up, while waiting or with their work under way
 * @param leaks leases held for longer than the threshold
 * @param opened connections opened
 * @param failed connections that could not be opened
 * @param closed connections closed, by reason; every reason is there
 */
public record PoolStatistics(
        PoolState state,
        List<Integer> laneDepths,
        WaitHistogram.Snapshot waits,
        long timeouts,
        long rejections,
        long cancellations,
        long leaks,
        long opened,
        long failed,
        Map<CloseReason, Long> closed) {

    public PoolStatistics {
        laneDepths = List.copyOf(laneDepths);
        closed = Map.copyOf(closed);
    }
}
