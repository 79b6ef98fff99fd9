package io.headgate.samples.music.demo;

import io.headgate.client.Headgate;
import io.headgate.pool.PoolState;
import io.headgate.pool.PoolStatistics;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import org.jspecify.annotations.Nullable;

/**
 * A driver's pool at one moment, as the page shows it. What a driver does not tell is null.
 *
 * @param open connections to PgBouncer
 * @param lanes those that many reads share
 * @param inFlight statements under way on lanes
 * @param leases those that one caller has to itself
 * @param waiting callers that wait now
 * @param waits callers that had to wait since the start
 * @param longestWaitMillis the longest of these waits
 * @param cancelled callers that gave up since the start
 * @param rePrepared statements that were prepared anew and repeated since the start
 */
record PoolView(
        int open,
        @Nullable Integer lanes,
        @Nullable Integer inFlight,
        int leases,
        int waiting,
        @Nullable Long waits,
        @Nullable Double longestWaitMillis,
        @Nullable Long cancelled,
        @Nullable Long rePrepared) {

    static PoolView of(Headgate db, HeadgateListener listener) {
        PoolStatistics statistics = db.poolStatistics();
        PoolState state = statistics.state();
        return new PoolView(
                state.open(),
                state.lanes(),
                state.inFlight(),
                state.leased(),
                state.waiting(),
                statistics.waits().count(),
                statistics.waits().maxNanos() / 1e6,
                statistics.cancellations(),
                listener.rePrepared());
    }

    static PoolView of(ConnectionPool pool) {
        PoolMetrics metrics = pool.getMetrics().orElseThrow();
        return new PoolView(
                metrics.allocatedSize(),
                null,
                null,
                metrics.acquiredSize(),
                metrics.pendingAcquireSize(),
                null,
                null,
                null,
                null);
    }
}
