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

    /** The server behind the connection, as found at login. */
    ServerInfo server();

    /** Runs a statement, or a batch as one. Prepares a stale statement anew, unseen, when no transaction is open. */
    Mono<SqlResult> execute(SqlStatement statement);

    /**
     * As {@link #execute(SqlStatement)}. The caller also hears when the order of statements on the connection changes.
     *
     * @param whenSentAgain asked on the event loop when the statement goes behind those that were sent after it: another that shared
     *     its Sync failed and undid it, or its prepared form was stale. False says that nobody waits for it any more: where the other
     *     was cancelled, it is then not sent, and fails as cancelled too. A driver that cannot tell does not ask
     */
    default Mono<SqlResult> execute(SqlStatement statement, BooleanSupplier whenSentAgain) {
        return execute(statement);
    }

    /** Delivers rows through a cursor, {@link SqlStatement#fetchSize} at a time. A transaction must be open. */
    Flux<SqlRow> stream(SqlStatement query);

    /**
     * Makes the next statement the first of a transaction: BEGIN goes out before it, in the same packet where the driver
     * pipelines. When BEGIN fails, the statement is not executed and fails with BEGIN's error, and the next one tries again;
     * so no statement runs outside the transaction, also of those sent at the same time. As long as no statement is sent
     * nothing has begun, and {@link #commit} and {@link #rollback} have nothing to do.
     *
     * <p>When the server says that the transaction has ended though nobody ended it, both fail with a
     * {@link io.headgate.core.error.ConnectionLostException} of unknown outcome, and the connection is closed.
     */
    void begin(TransactionOptions options);

    /**
     * Commits. When a statement of the transaction had failed it is rolled back instead, and this fails with
     * {@link io.headgate.core.error.TransactionAbortedException}.
     *
     * @param whenSent runs once at most, on the event loop, when what is sent from then on goes behind the COMMIT: the
     *     connection may then serve the next owner, who meets no more than the COMMIT's time. A driver that does not pipeline
     *     never runs it
     * @return what the server said; empty when nothing had begun
     */
    Mono<Completion> commit(Runnable whenSent);

    /** Rolls back. */
    Mono<Void> rollback();

    /**
     * What the server tells of channels that this connection listens to, from the subscription on, whether it is asked for or
     * not: the subscriber has to keep what it cannot take. Never completes; fails when the connection ends. A driver that hears
     * of none fails with a {@link io.headgate.core.error.ConfigurationException}, which is what this does.
     */
    default Flux<Notification> notifications() {
        return Flux.error(() -> new ConfigurationException(
                "this driver delivers no notifications; use that of the artifact headgate-driver-netty"));
    }
}
