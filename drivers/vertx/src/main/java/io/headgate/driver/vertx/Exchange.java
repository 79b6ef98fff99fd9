package io.headgate.driver.vertx;

import io.headgate.core.ServerNotice;
import io.headgate.core.driver.support.NoticeLog;
import io.headgate.core.error.ServerError;
import io.headgate.core.topology.Node;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What is asked over a connection of Vert.x's, and the end of each question: an answer, or the connection's end. Vert.x by itself
 * leaves some without an end, as when a function raises {@code 57P01}, which it takes for the server's own.
 *
 * <p>Confined to the connection's event loop, but for {@link #isOpen} and {@link #closed}.
 */
final class Exchange {

    /** Vert.x tells of the end first and fails what is under way after it, with more knowledge of what was sent. */
    private static final long GRACE_MILLIS = 20;

    /** What Vert.x says itself of what it does not send; see {@link VertxErrors}. */
    private static final String NOT_ACTIVE = "Connection is not active";

    private final Context context;
    private final PgConnection connection;
    private final SingleConnection socket;
    private final Thread thread = Thread.currentThread();
    private final Notices notices;
    private final Set<Promise<?>> underWay = new LinkedHashSet<>();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private @Nullable ServerError fatal;
    private volatile boolean open = true;

    Exchange(Context context, PgConnection connection, SingleConnection socket, Node node) {
        this.context = context;
        this.connection = connection;
        this.socket = socket;
        this.notices = new Notices(new NoticeLog(node));
        connection.noticeHandler(notices);
        connection.exceptionHandler(this::told);
        connection.closeHandler(nothing -> ended());
    }

    /**
     * Vert.x takes some SQLSTATEs for the end of the connection. The server means it if the error is fatal. If not, a function has
     * raised the error: it is the answer to what is under way, and Vert.x, which waits for another one, cannot be used any more.
     */
    private void told(Throwable error) {
        open = false;
        if (!(error instanceof PgException answer)) {
            return;
        }
        ServerError told = VertxErrors.serverError(answer);
        if (told.isFatal()) {
            fatal = told;
        } else {
            end(answer);
        }
    }

    private void ended() {
        open = false;
        context.owner().setTimer(GRACE_MILLIS, late -> end());
    }

    /** Ends what is under way, and the socket, which Vert.x may have left open. */
    void end() {
        end(ClosedConnectionException.INSTANCE);
    }

    private void end(Throwable error) {
        open = false;
        socket.close();
        for (Promise<?> each : List.copyOf(underWay)) {
            each.tryFail(error);
        }
        closed.tryEmitEmpty();
    }

    /** Asks something, unless the connection has ended: the answer comes on the event loop, however it comes. */
    <T> Future<T> ask(Supplier<Future<T>> question) {
        if (!open) {
            return Future.failedFuture(VertxException.noStackTrace(NOT_ACTIVE));
        }
        Promise<T> end = Promise.promise();
        underWay.add(end);
        try {
            question.get().onComplete(end::tryComplete, end::tryFail);
        } catch (Throwable thrown) {
            end.tryFail(thrown);
        }
        return end.future().onComplete(ended -> underWay.remove(end));
    }

    /** Runs a text by the simple protocol. */
    Future<RowSet<Row>> run(String sql) {
        return ask(() -> connection.query(sql).execute());
    }

    Future<PreparedStatement> prepare(String sql) {
        return ask(() -> connection.prepare(sql));
    }

    /** Runs a task on the event loop: here if this is it, or if it has ended with the driver. */
    void onLoop(Runnable task) {
        if (isOnLoop()) {
            task.run();
        } else {
            try {
                context.runOnContext(nothing -> task.run());
            } catch (RejectedExecutionException closedDriver) {
                task.run();
            }
        }
    }

    boolean isOnLoop() {
        return Thread.currentThread() == thread;
    }

    boolean isOpen() {
        return open;
    }

    /** Says goodbye; {@link #closed} tells when the other side has closed too. */
    void close() {
        open = false;
        socket.close();
    }

    /** Completes when the connection has ended, by whichever side. */
    Mono<Void> closed() {
        return closed.asMono();
    }

    /** What the server said before it ended the connection, where Vert.x tells of it. */
    @Nullable
    ServerError fatalError() {
        return fatal;
    }

    /** What was said since this was asked last. */
    List<ServerNotice> takeNotices() {
        return notices.take();
    }

    int processId() {
        return connection.processId();
    }

    int secretKey() {
        return connection.secretKey();
    }

    boolean isEncrypted() {
        return connection.isSSL();
    }
}
