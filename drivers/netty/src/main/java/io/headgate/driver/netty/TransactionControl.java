package io.headgate.driver.netty;

import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Effect;
import io.headgate.core.error.ErrorTable;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ServerError;
import io.headgate.core.error.TransactionAbortedException;
import io.headgate.core.observe.Completion;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Begins and ends the transactions of a connection. BEGIN is sent with the first statement. Begin, commit and rollback may be
 * requested on any thread; the rest is confined to the event loop.
 */
final class TransactionControl {

    private static final Logger logger = LoggerFactory.getLogger(TransactionControl.class);

    private static final String FAILED_TRANSACTION = "25P02";

    private final NettyConnection connection;
    private final Wire wire;
    private final StepQueue steps;
    private final InFlight commits;

    /** The BEGIN that goes before the next statement. */
    private @Nullable String pendingBegin;

    private volatile @Nullable Transaction current;

    /** A COMMIT or ROLLBACK was refused, and the ROLLBACK behind it is not answered. */
    private boolean endRefused;

    /** @param loop runs a task on the event loop; at once if called on it */
    TransactionControl(NettyConnection connection, StepQueue steps, Executor loop) {
        this.connection = connection;
        this.wire = connection.wire();
        this.steps = steps;
        this.commits = new InFlight(loop);
    }

    /** The transaction of the statements that are sent now, or null. */
    @Nullable
    Transaction current() {
        return current;
    }

    /** Completes when no COMMIT or ROLLBACK is under way. */
    Mono<Void> whenNoneEnds() {
        return commits.whenNone();
    }

    /** Whether a BEGIN waits for the next statement. */
    boolean hasPendingBegin() {
        return pendingBegin != null;
    }

    /** Takes the BEGIN to send before a statement, or null. */
    @Nullable
    String takePendingBegin() {
        String sql = pendingBegin;
        pendingBegin = null;
        return sql;
    }

    /** Puts a BEGIN that failed or was not sent before the next statement. */
    void deferBegin(String sql) {
        if (current != null) {
            pendingBegin = sql;
        }
    }

    /** As {@link DriverConnection#begin}. */
    void begin(TransactionOptions options) {
        String sql = options.beginSql();
        steps.enqueue(buffer -> {
            current = new Transaction();
            pendingBegin = sql;
        });
    }

    /** As {@link DriverConnection#commit}. */
    Mono<Completion> commit(Runnable whenSent) {
        return Mono.create(sink -> steps.enqueue(sink, (buffer, fail) -> {
            Transaction own = takeTransaction(sink::success, fail);
            if (own == null) {
                return;
            }
            own.commitSent();
            boolean wanted = own.hasWrites() && connection.wantsPosition(sink.contextView());
            PositionRequest position = wanted && connection.givesPosition() ? new PositionRequest(connection) : null;
            end(own, buffer, "COMMIT", Effect.ATOMIC, fail, tag -> {
                Completion completion = connection.completion().commandTag(tag);
                if (tag.equals("ROLLBACK")) {
                    fail.accept(new TransactionAbortedException(own.failure()));
                } else if (position == null) {
                    succeed(sink, wanted ? completion.position(null) : completion);
                } else {
                    position.whenAnswered(
                            known -> succeed(sink, completion.position(known)),
                            (fatal, why, sent) ->
                                    fail.accept(connection.errors().lost(fatal, why, "COMMIT", Effect.ATOMIC)));
                }
            });
            if (position != null) {
                position.send(buffer);
            }
            // COMMIT and the next owner's first statement leave in one packet: a sixth less CPU for a transaction
            whenSent.run();
        }));
    }

    private static void succeed(MonoSink<Completion> sink, Completion completion) {
        CallerSignals.signal(() -> sink.success(completion));
    }

    /** As {@link DriverConnection#rollback}. */
    Mono<Void> rollback() {
        return Mono.create(sink -> steps.enqueue(sink, (buffer, fail) -> {
            Transaction own = takeTransaction(sink::success, fail);
            if (own != null) {
                if (own.hasFailedCopy() && connection.server().pooled()) {
                    LateCopy.forget(buffer);
                }
                end(own, buffer, "ROLLBACK", Effect.NONE, fail, tag -> CallerSignals.signal(sink::success));
            }
        }));
    }

    /** Takes the transaction to end. Null if there is nothing to send; then the caller has received its signal. */
    private @Nullable Transaction takeTransaction(Runnable nothingBegun, Consumer<Throwable> fail) {
        Transaction own = current;
        if (own != null && pendingBegin == null && own.hasEndedUnexpectedly()) {
            closeOutOfStep(own, fail);
            return null;
        }
        boolean begun = own != null && pendingBegin == null;
        pendingBegin = null;
        current = null;
        if (!begun) {
            nothingBegun.run();
            return null;
        }
        return own;
    }

    private void end(
            Transaction own,
            SendBuffer buffer,
            String sql,
            Effect effect,
            Consumer<Throwable> fail,
            Consumer<String> whenDone) {
        connection.begun();
        commits.begin();
        buffer.expect(new Command(
                () -> {
                    commits.end();
                    connection.ended();
                },
                tag -> {
                    if (own.hasEndedUnexpectedly()) {
                        closeOutOfStep(own, fail);
                    } else {
                        whenDone.accept(tag);
                    }
                },
                error -> {
                    endOpenTransaction();
                    fail.accept(ErrorTable.toException(error, connection.node(), sql, effect, null));
                },
                (fatal, why, sent) ->
                        fail.accept(connection.errors().lost(fatal, why, sql, sent ? effect : Effect.NONE))));
        Frontend.query(buffer.out(), sql);
    }

    /**
     * Rolls back after a refused COMMIT or ROLLBACK, if the transaction is still open: an error before the server executes the command,
     * as of a cancel request, only aborts the transaction. Closes the connection if this is refused too.
     */
    private void endOpenTransaction() {
        if (wire.status() == 'I') {
            return;
        }
        endRefused = true;
        ByteBuf out = wire.buffer(32);
        Frontend.query(out, "ROLLBACK");
        connection.begun();
        wire.expect(new Command(
                connection::ended,
                tag -> {
                    endRefused = false;
                    if (wire.status() != 'I') {
                        closeWithOpenTransaction();
                    }
                },
                error -> closeWithOpenTransaction(),
                (fatal, why, sent) -> {}));
        wire.write(out);
    }

    private void closeWithOpenTransaction() {
        connection.abort("the transaction before could not be ended");
    }

    /**
     * Whether an error is of an earlier transaction on this connection, whose end was refused. What was sent behind that end was not
     * executed, and may be sent again behind the ROLLBACK.
     */
    boolean concernsEarlier(ServerError error) {
        return endRefused && error.sqlState().equals(FAILED_TRANSACTION);
    }

    /**
     * Closes a connection whose transaction has ended unexpectedly, by a fault of the pooler or of this driver. Its outcome is unknown,
     * because its writes may be stored.
     */
    private void closeOutOfStep(Transaction own, Consumer<Throwable> fail) {
        HeadgateException lost = new ConnectionLostException(
                connection.node(), "its transaction had ended before it was asked to", Outcome.UNKNOWN, own.failure());
        logger.warn(lost.getMessage());
        connection.abort("its transaction had ended before");
        fail.accept(lost);
    }
}
