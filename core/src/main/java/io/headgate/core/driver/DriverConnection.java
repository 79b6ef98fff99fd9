package io.headgate.core.driver;

import io.headgate.core.Notification;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.observe.Completion;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The SQL of one connection. Statements are sent in the order of subscription; a second one does not wait for the first one's
 * answer where the driver pipelines ({@link SqlDriver#pipelines}). Each outside a transaction has an implicit transaction of its
 * own.
 *
 * <p>Signals come on the connection's event loop. Cancelling a statement drops its answer; the statement goes on until it has
 * ended or {@link #reset} has stopped it. Only then may the connection serve others. Safe for use by many threads, but a
 * transaction needs exclusive use of the connection.
 */
public interface DriverConnection extends ConnectionLifecycle {

    /** The server behind the connection, as probed at login. */
    ServerInfo server();

    /** Runs a statement, or a batch as one. Outside a transaction, re-prepares a stale statement unseen by the caller. */
    Mono<SqlResult> execute(SqlStatement statement);

    /**
     * As {@link #execute(SqlStatement)}, with a callback when the statement is sent again.
     *
     * @param whenSentAgain called on the event loop before the statement is sent again, after those sent later: another statement that
     *     shared its Sync failed and undid it, or its prepared form was stale. False means that no caller waits for it. If the other
     *     statement was cancelled, this one is then not sent and fails as cancelled too. Not every driver calls it
     */
    default Mono<SqlResult> execute(SqlStatement statement, BooleanSupplier whenSentAgain) {
        return execute(statement);
    }

    /** Delivers rows through a cursor, {@link SqlStatement#fetchSize} at a time. A transaction must be open. */
    Flux<SqlRow> stream(SqlStatement query);

    /**
     * Makes the next statement the first of a transaction: BEGIN is sent before it, in the same packet if the driver pipelines. If
     * BEGIN fails, the statement is not executed and fails with BEGIN's error, and the next statement sends BEGIN again. So no
     * statement runs outside the transaction, even if several are sent at the same time. Before the first statement nothing is sent,
     * and {@link #commit} and {@link #rollback} do nothing.
     *
     * <p>If the server reports an unexpected end of the transaction, both fail with a
     * {@link io.headgate.core.error.ConnectionLostException} of unknown outcome, and the connection is closed. If the server refuses one of
     * them and leaves the transaction open, the driver rolls back or closes the connection before later work runs.
     */
    void begin(TransactionOptions options);

    /**
     * Commits. If a statement of the transaction failed, the transaction is rolled back instead, and this fails with
     * {@link io.headgate.core.error.TransactionAbortedException}.
     *
     * @param whenSent runs at most once, on the event loop, when the COMMIT is written ahead of everything later, so that the
     *     connection may serve its next owner, which waits at most for the COMMIT. The next owner's first statement may leave in one
     *     packet with the COMMIT: code that blocks here delays both. A driver that does not pipeline never runs it
     * @return what the server said; empty when nothing had begun
     */
    Mono<Completion> commit(Runnable whenSent);

    /** Rolls back. */
    Mono<Void> rollback();

    /**
     * The notifications on channels that this connection listens to, from the subscription on. They are emitted without regard to
     * demand, so the subscriber must buffer them. Never completes; fails when the connection ends. This default is for drivers without
     * notifications and fails with a {@link io.headgate.core.error.ConfigurationException}.
     */
    default Flux<Notification> notifications() {
        return Flux.error(() -> new ConfigurationException(
                "this driver delivers no notifications; use that of the artifact headgate-driver-netty"));
    }
}
