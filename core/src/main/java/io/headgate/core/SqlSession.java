package io.headgate.core;

import reactor.core.publisher.Flux;

/**
 * A connection of its own for the length of a use, straight to PostgreSQL, for what needs a session: advisory locks that
 * outlive a transaction, {@code SET}, temporary tables, SQL's {@code PREPARE}, cursors with hold. What a statement leaves in
 * the session, the next one finds there.
 *
 * <p>Valid only inside the function that received it. The connection is closed when that ends, fails or is cancelled, and
 * everything in the session with it. Statements run in the order of subscription; one that is subscribed to while a
 * transaction of the session is open runs inside that transaction.
 *
 * <p>A session has one transaction at a time. While one is open another is refused with a
 * {@link io.headgate.core.error.ConfigurationException}, and so is {@link #stream}, which takes one of its own: within one, use the
 * transaction's {@code stream} and {@code savepoint}. A transaction or stream that is cancelled, as {@code take}, {@code next} and
 * {@code timeout} do, is rolled back and what runs on the connection is stopped, as in the pool; what the session sends next waits for
 * that, and the session ends when that fails.
 */
public interface SqlSession extends SqlExecutor {

    /**
     * Listens to channels: sends a {@code LISTEN} for each, and emits what is sent to them from then on. While a transaction of
     * the session is open, PostgreSQL listens once that has been committed. Never completes. Cancelling ends the delivery; the
     * session goes on listening until it ends, or a statement says {@code UNLISTEN}.
     *
     * <p>What is sent while nobody listens is lost. A query that is subscribed to after this runs behind the {@code LISTEN}, so it
     * sees all that was notified of before, as in {@code Flux.merge(session.listen("orders"), readOrders(session))}.
     *
     * @param channels their names as they are, upper case included, since they are quoted; 1 to 63 bytes each
     * @return the notifications; an error when a {@code LISTEN} failed, the connection was lost, or,
     *     behind those that wait, more than 10,000 waited to be taken
     */
    Flux<Notification> listen(String... channels);
}
