package io.headgate.pool;

import io.headgate.core.SqlExecutor;
import io.headgate.core.topology.Node;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** The connections of one node: runs SQL on them, tells their state, and has a life cycle. Safe for use by many threads. */
public interface NodePool extends SqlExecutor {

    /** The node whose connections these are. */
    Node node();

    /** Opens the connections that are to be kept open; completes when they are, or could not be. */
    Mono<Void> warmUp();

    /** The pool as it was a moment ago. */
    PoolState state();

    /** What the pool has done since it was made. */
    PoolStatistics statistics();

    /**
     * Refuses new work, lets what runs end, and closes every connection.
     *
     * @param patience how long it may take: what still runs a second before its end, or at half of it if that is later, has
     *     its connections closed under it. Ends then even if connections do not close, but leaves a second for it
     */
    Mono<Void> close(Duration patience);
}
