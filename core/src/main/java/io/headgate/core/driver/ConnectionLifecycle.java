package io.headgate.core.driver;

import java.time.Duration;
import java.util.concurrent.Executor;
import reactor.core.publisher.Mono;

/** The life of one connection: its event loop, whether it is ready for the next user, and its end. Safe for use by many threads. */
public interface ConnectionLifecycle {

    /**
     * Runs tasks in the order given on the thread that signals come on, so that what is done there needs no lock. A task
     * given on that thread itself may run at once or later, but in order.
     */
    Executor loop();

    /** Whether the calling thread is the one of {@link #loop}. */
    boolean isOnLoop();

    /** Whether nothing is in flight and no transaction is open. */
    boolean isReady();

    /**
     * Brings the connection to rest: waits for what is in flight, asks the server to cancel it when it takes longer than
     * {@code grace}, and rolls back an open transaction. The COMMIT of an earlier owner is given {@code limit} before that, so
     * that the request does not hit it.
     *
     * @param grace how long a statement may go on by itself; a cancel request costs a connection of its own
     * @param limit how long all of it may take before it fails
     * @return completes at rest; fails when the connection could not be brought there and has to be closed
     */
    Mono<Void> reset(Duration grace, Duration limit);

    /** Asks the server to cancel what runs; completes when the server has taken the request, whatever came of it. */
    Mono<Void> requestCancel();

    /** Whether the connection is open. */
    boolean isOpen();

    /** Completes when the connection has been closed, by whichever side. */
    Mono<Void> onClose();

    /** Closes the connection; what is in flight fails. Idempotent. */
    Mono<Void> close();
}
