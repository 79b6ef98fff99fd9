package io.headgate.core;

import reactor.core.publisher.Flux;

/**
 * A separate connection straight to PostgreSQL, for work that needs a session: advisory locks that outlive a transaction,
 * {@code SET}, temporary tables, SQL's {@code PREPARE}, cursors with hold. The session's state stays from one statement to the
 * next.
 *
 * <p>Valid only inside the function that received it. When the function's publisher ends, fails or is cancelled, the connection
 * is closed and the session's state is gone. Statements run in the order of subscription. A statement that is subscribed to while
 * a transaction of the session is open runs inside that transaction.
 *
 * <p>A session has one transaction at a time. While it is open, a second transaction is refused with a {@link
 * io.headgate.core.error.ConfigurationException}. So is {@link #stream}, which needs a transaction of its own: use the open
 * transaction's {@code stream} and {@code savepoint}. When a transaction or stream is cancelled, as by {@code take}, {@code next} and
 * {@code timeout}, it is rolled back and its running statement is stopped, as in the pool. The session's next statement waits for
 * that. If that fails, the session ends.
 */
public interface SqlSession extends SqlExecutor {

    /**
     * Listens to channels: sends a {@code LISTEN} for each and emits the notifications sent from then on. While a transaction of the
     * session is open, PostgreSQL starts to listen when it commits. Never completes. Cancelling ends the delivery; the session
     * listens until it ends or a statement runs {@code UNLISTEN}.
     *
     * <p>Notifications sent before the {@code LISTEN} are lost. A query that is subscribed to later runs after the {@code LISTEN}, so
     * it sees the changes that earlier notifications announced: {@code Flux.merge(session.listen("orders"), readOrders(session))}.
     *
     * @param channels their exact names, 1 to 63 bytes each; they are quoted, so upper case counts
     * @return the notifications; an error if a {@code LISTEN} fails or the connection is lost; an error after the waiting
     *     notifications if more than 10,000 were waiting
     */
    Flux<Notification> listen(String... channels);
}
