package io.headgate.driver.netty;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ServerError;
import io.headgate.core.observe.Completion.Preparation;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.driver.netty.protocol.Backend;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * A COPY in either direction. Nothing else is sent during it. A pending BEGIN is sent and answered first, so that no COPY runs outside the
 * transaction if BEGIN fails.
 */
abstract class Copy extends SyncUnit implements WireTask {

    final NettyConnection connection;
    final String sql;
    private final SqlStatement statement;
    private Observation observation = Observation.NONE;

    /** The caller has cancelled. */
    volatile boolean cancelled;

    private @Nullable Transaction transaction;
    private @Nullable ServerError error;
    private long rows;
    private String tag = "";
    private boolean over;

    Copy(NettyConnection connection, String sql) {
        this.connection = connection;
        this.sql = sql;
        this.statement = SqlStatement.of(sql);
    }

    void start() {
        observation = connection.observe(Operation.Kind.COPY, statement, context());
        connection.begun();
        connection.wire().enqueue(this);
    }

    @Override
    public void run(SendBuffer buffer) {
        if (cancelled) {
            over = true;
            connection.ended();
            observation.cancelled();
            return;
        }
        Transaction inside = connection.transactions().current();
        transaction = inside;
        if (inside != null) {
            inside.mayWrite();
        }
        String begin = connection.transactions().takePendingBegin();
        connection.wire().pause();
        if (begin != null) {
            buffer.expect(new Command(
                    () -> {},
                    tag -> connection.wire().resume(this),
                    refused -> {
                        connection.transactions().deferBegin(begin);
                        if (connection.transactions().concernsEarlier(refused)) {
                            connection.wire().resume(this);
                            return;
                        }
                        connection.wire().resume(null);
                        end(connection.errors().failure(refused, sql, transaction));
                    },
                    (fatal, why, sent) -> end(connection.errors().lost(fatal, why, sql, transaction, false))));
            Frontend.query(buffer.out(), begin);
            return;
        }
        buffer.expect(this);
        Frontend.query(buffer.out(), sql);
    }

    @Override
    public void refuse(@Nullable ServerError fatal, String why) {
        end(connection.errors().lost(fatal, why, sql, transaction, false));
    }

    @Override
    void receive(byte type, ByteBuf in, int index, int length) {
        switch (type) {
            case Backend.COMMAND_COMPLETE -> {
                rows = Backend.count(in, index, length);
                tag = Backend.text(in, index, index + length);
            }
            case Backend.ERROR -> error = Backend.error(in, index, length);
            default -> received(type, in, index, length);
        }
    }

    /** The caller's Context. */
    abstract ContextView context();

    /** Receives a message other than CommandComplete and ErrorResponse. */
    abstract void received(byte type, ByteBuf in, int index, int length);

    @Override
    void done() {
        stop();
        connection.wire().resume(null);
        Transaction own = transaction;
        if (own != null && connection.wire().status() == 'I') {
            own.endUnexpectedly();
        }
        ServerError refused = error;
        if (refused == null) {
            if (observation.wantsCompletion()) {
                observation.completed(connection.completion().commandTag(tag).preparation(Preparation.UNNAMED));
            }
            over = true;
            connection.ended();
            CallerSignals.signal(() -> succeeded(rows));
            observation.ended(null);
        } else {
            if (own != null) {
                own.copyFailed();
            }
            end(connection.errors().failure(refused, sql, own));
        }
    }

    @Override
    void lost(@Nullable ServerError fatal, String why, boolean sent) {
        end(connection.errors().lost(fatal, why, sql, transaction, sent));
    }

    /** Does nothing after the end. */
    private void end(HeadgateException failure) {
        if (over) {
            return;
        }
        over = true;
        stop();
        connection.ended();
        observation.failed(failure);
        if (!cancelled) {
            CallerSignals.signal(() -> failed(failure));
        }
        observation.ended(failure);
    }

    /** Ends the transfer: nothing is sent or delivered after this call. */
    abstract void stop();

    /** Sends the caller the result. */
    abstract void succeeded(long copied);

    /** Sends the caller the error. Not called after cancellation. */
    abstract void failed(HeadgateException failure);
}
