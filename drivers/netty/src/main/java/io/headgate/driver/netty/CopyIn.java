package io.headgate.driver.netty;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ParameterException;
import io.headgate.core.error.ServerError;
import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.SqlAnalyzer;
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

/**
 * Loads data by {@code COPY ... FROM STDIN}. The next piece is asked for when the one before has gone to the socket. Nothing else
 * is sent meanwhile. When the data ends in an error or the caller cancels, the server is told that the copy failed, and nothing of
 * it stays.
 */
final class CopyIn extends Unit implements Wire.Task {

    /** A message a piece of this size at most: the server holds a message as a whole. */
    private static final int PIECE = 1 << 20;

    private final NettyConnection connection;
    private final String sql;
    private final SqlStatement statement;
    private final Publisher<ByteBuffer> data;
    private final MonoSink<Long> sink;
    private final long started = System.nanoTime();
    private final Source source = new Source();
    private volatile boolean cancelled;
    private boolean asked;
    private boolean over;
    private @Nullable Transaction transaction;
    private @Nullable Throwable failedData;
    private @Nullable ServerError error;
    private long rows;

    CopyIn(NettyConnection connection, String sql, Publisher<ByteBuffer> data, MonoSink<Long> sink) {
        this.connection = connection;
        this.sql = sql;
        this.statement = SqlStatement.of(sql);
        this.data = data;
        this.sink = sink;
    }

    void start() {
        SqlAnalysis analysis = SqlAnalyzer.analyze(sql);
        if (!analysis.isSingle() || !analysis.copiesFromStdin()) {
            sink.error(new ParameterException("copyIn takes one COPY ... FROM STDIN, and this is none: " + sql));
            return;
        }
        connection.begun();
        sink.onCancel(() -> {
            cancelled = true;
            connection.later(() -> giveUp("the caller has given up"));
        });
        connection.wire().ask(this);
    }

    @Override
    public void run(Turn turn) {
        if (cancelled) {
            connection.ended();
            return;
        }
        transaction = connection.transaction();
        String opening = connection.takeOpening();
        connection.wire().pause();
        if (opening != null) {
            turn.expect(new Command(
                    tag -> connection.wire().resume(this),
                    refused -> {
                        connection.open(opening);
                        connection.wire().resume(null);
                        end(connection.failure(refused, sql, transaction));
                    },
                    (fatal, why, sent) -> end(connection.lost(fatal, why, sql, transaction, false))));
            Frontend.query(turn.out(), opening);
            return;
        }
        turn.expect(this);
        Frontend.query(turn.out(), sql);
    }

    @Override
    public void refuse(@Nullable ServerError fatal, String why) {
        end(connection.lost(fatal, why, sql, transaction, false));
    }

    @Override
    void receive(byte type, ByteBuf in, int index, int length) {
        switch (type) {
            case Backend.COPY_IN -> {
                if (asked) {
                    throw new DecoderException("a second request for the data of a COPY");
                }
                asked = true;
                if (cancelled) {
                    giveUp("the caller has given up");
                } else {
                    data.subscribe(source);
                }
            }
            case Backend.COMMAND_COMPLETE -> rows = Backend.count(in, index, length);
            case Backend.ERROR -> error = Backend.error(in, index, length);
            default -> {}
        }
    }

    @Override
    void done() {
        over = true;
        source.cancel();
        connection.wire().resume(null);
        Transaction own = transaction;
        if (own != null && connection.wire().status() == 'I') {
            own.endUnasked();
        }
        ServerError refused = error;
        Throwable bad = failedData;
        if (refused == null) {
            connection.ended();
            sink.success(rows);
            connection.completed(statement, started, null);
        } else {
            HeadgateException failure = connection.failure(refused, sql, own);
            end(bad == null ? failure : bad);
        }
    }

    private void end(Throwable failure) {
        over = true;
        connection.ended();
        if (!cancelled) {
            sink.error(failure);
        }
        connection.completed(statement, started, failure instanceof HeadgateException own ? own : null);
    }

    @Override
    void lost(@Nullable ServerError fatal, String why, boolean sent) {
        source.cancel();
        end(connection.lost(fatal, why, sql, transaction, sent));
    }

    private void giveUp(String reason) {
        if (asked && !over) {
            over = true;
            source.cancel();
            ByteBuf out = connection.wire().buffer(64);
            Frontend.copyFail(out, reason);
            connection.wire().write(out);
        }
    }

    /**
     * Takes the data, on whichever thread it comes, and writes it on the loop: each signal later, in their order, so that none
     * overtakes another because it came on the loop itself.
     */
    private final class Source extends BaseSubscriber<ByteBuffer> {

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(1);
        }

        @Override
        protected void hookOnNext(ByteBuffer piece) {
            // copied before this returns: what the source does with its buffer then is its own matter
            ByteBuf out = messages(piece.duplicate());
            boolean loopRuns = connection.later(() -> {
                if (over) {
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
            while (rest.hasRemaining()) {
                int length = Math.min(PIECE, rest.remaining());
                int start = Frontend.beginCopyData(out);
                out.writeBytes(rest.slice(rest.position(), length));
                Frontend.end(out, start);
                rest.position(rest.position() + length);
            }
            return out;
        }

        @Override
        protected void hookOnComplete() {
            connection.later(() -> {
                if (!over) {
                    over = true;
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
                giveUp("the data ended in an error");
            });
        }
    }
}
