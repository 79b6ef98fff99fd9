package io.headgate.pool;

import io.headgate.core.SqlExecutor;
import io.headgate.core.topology.Node;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** The connections of one node: runs SQL on them, reports their state, and can be closed. Safe for use by many threads. */
public interface NodePool extends SqlExecutor {

    /** The node that the connections lead to. */
    Node node();

    /** Opens the connections that the pool keeps open. Completes when each is open or has failed to open. */
    Mono<Void> warmUp();

    /** The pool as it was a moment ago. */
    PoolState state();

    /** Counts since the pool was created. */
    PoolStatistics statistics();

    /**
     * The node has another role: it was promoted, or replaced by another primary. The connections opened so far are closed, each when its
     * work has ended. Callers that wait for one are {@linkplain #refuseWaiting refused}.
     */
    void roleChanged();

    /**
     * Closes all connections now, also those in use, and {@linkplain #refuseWaiting refuses} the callers that wait: the node was
     * replaced as the primary, so what it acknowledges counts for nothing. Callers whose connection is closed get a {@link
     * io.headgate.core.error.ConnectionLostException}, of unknown outcome if the work may have taken effect.
     *
     * @param reason for the error's message
     */
    void abandon(String reason);

    /**
     * Refuses the callers that wait for a connection now: they may find another node. Work that has a connection goes on. The callers get a
     * {@link io.headgate.core.error.ConnectFailedException}: nothing was executed.
     *
     * @param reason for the error's message
     */
    void refuseWaiting(String reason);

    /**
     * Refuses new work, lets running work end, and closes every connection.
     *
     * @param patience how long it may take. The connections of work that still runs are closed one second before the end of
     *     this time, or at half of it if that is later. The result completes at the end of this time even if connections do not
     *     close, but closing always gets one second
     */
    Mono<Void> close(Duration patience);
}
