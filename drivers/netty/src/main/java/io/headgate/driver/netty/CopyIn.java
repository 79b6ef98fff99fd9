package io.headgate.driver.netty;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ParameterException;
import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.StatementCatalog;
import io.headgate.driver.netty.protocol.Backend;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.MonoSink;
import reactor.util.context.ContextView;

/**
 * Loads data by {@code COPY ... FROM STDIN}. Requests the next buffer when the one before is written to the socket. When the data ends in
 * an error or the caller cancels, the driver sends CopyFail, and the server discards all rows.
 */
final class CopyIn extends Copy {

    /** Most bytes of one CopyData message, 1 MiB, because the server holds a whole message in memory. */
    private static final int PIECE = 1 << 20;

    private final Publisher<ByteBuffer> data;
    private final MonoSink<Long> sink;
    private final Source source = new Source();
    private boolean dataRequested;
    private boolean stopped;
    private @Nullable Throwable failedData;

    CopyIn(NettyConnection connection, String sql, Publisher<ByteBuffer> data, MonoSink<Long> sink) {
        super(connection, sql);
        this.data = data;
        this.sink = sink;
    }

    @Override
    void start() {
        SqlAnalysis analysis = StatementCatalog.of(sql).analysis();
        if (!analysis.isSingle() || !analysis.copiesFromStdin()) {
            sink.error(new ParameterException("copyIn takes one COPY ... FROM STDIN, not: " + sql));
            return;
        }
        sink.onCancel(() -> {
            cancelled = true;
            connection.later(() -> abort("the caller has cancelled"));
        });
        super.start();
    }

    @Override
    void received(byte type, ByteBuf in, int index, int length) {
        if (type == Backend.COPY_IN) {
            if (dataRequested) {
                throw new DecoderException("a second request for the data of a COPY");
            }
            dataRequested = true;
            if (cancelled) {
                abort("the caller has cancelled");
            } else {
                data.subscribe(source);
            }
        }
    }

    @Override
    ContextView context() {
        return sink.contextView();
    }

    @Override
    void stop() {
        stopped = true;
        CallerSignals.signal(source::cancel);
    }

    @Override
    void succeeded(long copied) {
        sink.success(copied);
    }

    @Override
    void failed(HeadgateException failure) {
        Throwable bad = failedData;
        sink.error(bad == null ? failure : bad);
    }

    private void abort(String reason) {
        if (dataRequested && !stopped) {
            stop();
            ByteBuf out = connection.wire().buffer(64);
            Frontend.copyFail(out, reason);
            connection.wire().write(out);
        }
    }

    /** Receives the data on any thread. Each signal becomes a task of the loop, also on the loop itself, so their order stays. */
    private final class Source extends BaseSubscriber<ByteBuffer> {

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(1);
        }

        @Override
        protected void hookOnNext(ByteBuffer piece) {
            // copied before this method returns, because the source may reuse its buffer
            ByteBuf out;
            try {
                out = messages(piece.duplicate());
            } catch (Throwable noMemory) {
                // Reactor would throw it to the source, and the COPY would never end
                hookOnError(noMemory);
                cancel();
                return;
            }
            boolean loopRuns = connection.later(() -> {
                if (stopped) {
                    out.release();
                } else {
                    connection.wire().write(out, () -> request(1));
                }
            });
            if (!loopRuns) {
                out.release();
            }
        }

        private ByteBuf messages(ByteBuffer rest) {
            ByteBuf out = connection.wire().buffer(rest.remaining() + 16);
            try {
                while (rest.hasRemaining()) {
                    int length = Math.min(PIECE, rest.remaining());
                    int start = Frontend.beginCopyData(out);
                    out.writeBytes(rest.slice(rest.position(), length));
                    Frontend.end(out, start);
                    rest.position(rest.position() + length);
                }
                return out;
            } catch (Throwable noMemory) {
                out.release();
                throw noMemory;
            }
        }

        @Override
        protected void hookOnComplete() {
            connection.later(() -> {
                if (!stopped) {
                    stopped = true;
                    ByteBuf out = connection.wire().buffer(8);
                    Frontend.copyDone(out);
                    connection.wire().write(out);
                }
            });
        }

        @Override
        protected void hookOnError(Throwable failure) {
            connection.later(() -> {
                failedData = failure;
                abort("the data failed");
            });
        }
    }
}
