package io.headgate.core.driver;

import java.time.Duration;
import java.util.concurrent.Executor;
import reactor.core.publisher.Mono;

/** The life cycle of one connection: event loop, readiness for the next user, reset and close. Safe for use by many threads. */
public interface ConnectionLifecycle {

    /**
     * Runs tasks in order on the thread that delivers the connection's signals, so code there needs no lock. A task submitted on that
     * thread may run at once or later, but always in order.
     */
    Executor loop();

    /** Whether the calling thread is the thread of {@link #loop}. */
    boolean isOnLoop();

    /** Whether nothing is in flight and no transaction is open. */
    boolean isReady();

    /**
     * Makes the connection ready for the next user: waits for statements in flight, asks the server to cancel them after {@code grace},
     * and rolls back an open transaction. Before that it waits up to {@code limit} for the COMMIT of an earlier owner, so that the
     * cancel request does not hit that COMMIT.
     *
     * @param grace how long a statement may continue without a cancel request, which costs a connection of its own
     * @param limit the maximum time, counted after the wait for an earlier COMMIT
     * @return completes when the connection is ready; fails when that is impossible and the connection must be closed
     */
    Mono<Void> reset(Duration grace, Duration limit);

    /** Asks the server to cancel the running statement. Completes when the server has accepted the request, whatever its effect. */
    Mono<Void> requestCancel();

    /** Whether the connection is open. */
    boolean isOpen();

    /** Completes when the connection has been closed by either side. */
    Mono<Void> onClose();

    /** Closes the connection; work in flight fails. Idempotent. */
    Mono<Void> close();
}
