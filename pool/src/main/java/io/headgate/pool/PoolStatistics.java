package io.headgate.pool;

import io.headgate.core.observe.DataAccessListener.CloseReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A snapshot of a pool's counts since it was created. Immutable. Counts only grow. An event during the snapshot may be in one
 * figure and not yet in another.
 *
 * @param state what is open, in use and waiting now
 * @param laneDepths statements under way on each lane
 * @param waits how long callers waited for a lease, or for a place on a lane when all were full; a statement that got a place
 *     at once is not counted
 * @param timeouts callers whose wait took too long
 * @param rejections callers refused because the queue was full
 * @param cancellations callers that cancelled, while waiting or while their work was under way
 * @param leaks leases held for longer than the threshold
 * @param opened connections opened
 * @param failed connections that could not be opened
 * @param closed connections closed, by reason; contains every reason
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

    /** The sums of two pools. */
    public PoolStatistics and(PoolStatistics other) {
        List<Integer> depths = new ArrayList<>(laneDepths);
        depths.addAll(other.laneDepths);
        Map<CloseReason, Long> reasons = new HashMap<>(closed);
        other.closed.forEach((reason, count) -> reasons.merge(reason, count, Long::sum));
        return new PoolStatistics(
                state.and(other.state),
                depths,
                waits.and(other.waits),
                timeouts + other.timeouts,
                rejections + other.rejections,
                cancellations + other.cancellations,
                leaks + other.leaks,
                opened + other.opened,
                failed + other.failed,
                reasons);
    }
}
