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
 * The requests over one Vert.x connection. Each ends with an answer or with the connection. Vert.x alone leaves some requests without an
 * end, as when a function raises {@code 57P01}, which Vert.x takes for the end of the connection.
 *
 * <p>Confined to the connection's event loop, except {@link #isOpen} and {@link #closed}.
 */
final class Exchange {

    /** Time for Vert.x's own errors, which follow the end of the connection and say more of what was sent. */
    private static final long GRACE_MILLIS = 20;

    /** Vert.x's own message for an unsent request; see {@link VertxErrors}. */
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
        connection.exceptionHandler(this::handleError);
        connection.closeHandler(nothing -> ended());
    }

    /**
     * Handles an error that Vert.x takes for the end of the connection, by its SQLSTATE. A fatal error is the end. Otherwise a function
     * has raised it: then it is the answer to the running requests, and the connection is unusable, because Vert.x waits for another
     * answer.
     */
    private void handleError(Throwable error) {
        open = false;
        if (!(error instanceof PgException answer)) {
            return;
        }
        ServerError serverError = VertxErrors.serverError(answer);
        if (serverError.isFatal()) {
            fatal = serverError;
        } else {
            end(answer);
        }
    }

    private void ended() {
        open = false;
        context.owner().setTimer(GRACE_MILLIS, late -> end());
    }

    /** Fails the running requests, and closes the socket, which Vert.x may have left open. */
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

    /** Sends a request, unless the connection has ended. The result arrives on the event loop. */
    <T> Future<T> send(Supplier<Future<T>> request) {
        if (!open) {
            return Future.failedFuture(VertxException.noStackTrace(NOT_ACTIVE));
        }
        Promise<T> end = Promise.promise();
        underWay.add(end);
        try {
            request.get().onComplete(end::tryComplete, end::tryFail);
        } catch (Throwable thrown) {
            end.tryFail(thrown);
        }
        return end.future().onComplete(ended -> underWay.remove(end));
    }

    /** Runs a text with the simple protocol. */
    Future<RowSet<Row>> run(String sql) {
        return send(() -> connection.query(sql).execute());
    }

    Future<PreparedStatement> prepare(String sql) {
        return send(() -> connection.prepare(sql));
    }

    /** Runs a task on the event loop; on the calling thread if that is the loop or the loop has ended. */
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

    /** Closes the connection. {@link #closed} completes when the other side has closed too. */
    void close() {
        open = false;
        socket.close();
    }

    /** Completes when the connection has ended, whichever side closed it. */
    Mono<Void> closed() {
        return closed.asMono();
    }

    /** The server's fatal error that ended the connection, if Vert.x reports it; otherwise null. */
    @Nullable
    ServerError fatalError() {
        return fatal;
    }

    /** Returns the notices since the last call. */
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
