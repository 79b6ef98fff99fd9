package io.headgate.driver.netty;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ParameterException;
import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.StatementCatalog;
import io.headgate.driver.netty.protocol.Backend;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import reactor.core.publisher.FluxSink;
import reactor.util.context.ContextView;

/** Delivers the data of {@code COPY ... TO STDOUT}. Without demand the socket is not read. Data after cancellation is dropped. */
final class CopyOut extends Copy {

    /** The server sends one message for each row. They are gathered up to the size of the server's send buffer (PqSendBuffer). */
    private static final int PIECE = 8_192;

    private final FluxSink<ByteBuffer> sink;
    private ByteBuffer piece = ByteBuffer.allocate(0);
    private boolean stopped;

    CopyOut(NettyConnection connection, String sql, FluxSink<ByteBuffer> sink) {
        super(connection, sql);
        this.sink = sink;
    }

    @Override
    void start() {
        SqlAnalysis analysis = StatementCatalog.of(sql).analysis();
        if (!analysis.isSingle() || !analysis.copiesToStdout()) {
            sink.error(new ParameterException("copyOut takes one COPY ... TO STDOUT, not: " + sql));
            return;
        }
        sink.onCancel(() -> cancelled = true);
        super.start();
        // registered after the COPY was enqueued, so that demand is handled after it
        sink.onRequest(demand -> connection.later(this::read));
        sink.onDispose(() -> connection.later(this::read));
    }

    @Override
    void received(byte type, ByteBuf in, int index, int length) {
        if (type == Backend.COPY_DATA && !cancelled) {
            if (piece.remaining() < length) {
                deliver();
                piece = ByteBuffer.allocate(Math.max(PIECE, length));
            }
            in.getBytes(index, piece.array(), piece.position(), length);
            piece.position(piece.position() + length);
        } else if (type == Backend.COPY_DONE) {
            deliver();
        }
    }

    private void deliver() {
        if (piece.position() > 0 && !cancelled) {
            ByteBuffer full = piece.flip().slice();
            // onComplete needs no demand: one buffer waits in the sink before reading pauses
            boolean waits = sink.requestedFromDownstream() == 0;
            CallerSignals.signal(() -> sink.next(full));
            if (waits) {
                connection.wire().pauseReading();
            }
        }
        piece = ByteBuffer.allocate(0);
    }

    private void read() {
        if (!stopped && (cancelled || sink.requestedFromDownstream() > 0)) {
            connection.wire().resumeReading();
        }
    }

    @Override
    ContextView context() {
        return sink.contextView();
    }

    @Override
    void stop() {
        stopped = true;
        connection.wire().resumeReading();
    }

    @Override
    void succeeded(long copied) {
        sink.complete();
    }

    @Override
    void failed(HeadgateException failure) {
        sink.error(failure);
    }
}
