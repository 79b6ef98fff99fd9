package io.headgate.driver.r2dbc;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ParameterException;
import io.headgate.core.observe.Observation;
import io.headgate.core.observe.Operation;
import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.StatementCatalog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * One {@code COPY ... FROM STDIN}. It subscribes to the data only when the server waits for them. So a refused COPY reads and sends no
 * data, which could confuse a pooler.
 *
 * <p>When the data fail or the caller cancels, CopyFail is sent, and the server undoes the COPY.
 */
final class CopyExecution {

    private final R2dbcConnection connection;
    private final String sql;
    private final Publisher<ByteBuffer> data;
    private final MonoSink<Long> sink;
    private final Observation observation;
    private final Sinks.Empty<Void> cancelled = Sinks.empty();
    private volatile boolean callerCancelled;
    private volatile @Nullable Throwable dataError;

    CopyExecution(R2dbcConnection connection, String sql, Publisher<ByteBuffer> data, MonoSink<Long> sink) {
        this.connection = connection;
        this.sql = sql;
        this.data = data;
        this.sink = sink;
        this.observation = connection.observe(Operation.Kind.COPY, SqlStatement.of(sql), sink.contextView());
    }

    void start() {
        SqlAnalysis analysis = StatementCatalog.of(sql).analysis();
        if (!analysis.isSingle() || !analysis.copiesFromStdin()) {
            ParameterException noCopy = new ParameterException("copyIn takes one COPY ... FROM STDIN, not: " + sql);
            observation.failed(noCopy);
            sink.error(noCopy);
            observation.ended(noCopy);
            return;
        }
        sink.onCancel(() -> {
            callerCancelled = true;
            cancelled.tryEmitEmpty();
        });
        connection.queue().submit(this::send);
    }

    private void send() {
        WireExchange exchange = connection.exchange();
        boolean ownTransaction = !connection.isInTransaction();
        Mono<Long> copied = exchange.copy(sql, ready -> ready ? bytes() : Flux.empty())
                .onErrorResume(
                        error -> connection.server().pooled() ? exchange.forgetLateCopy(error) : Mono.error(error));
        Mono<Long> work = ownTransaction
                ? exchange.run("BEGIN")
                        .then(copied)
                        .flatMap(count -> exchange.run("COMMIT").thenReturn(count))
                        .onErrorResume(error -> exchange.rolledBack(error))
                : connection.sendBegin().then(copied);
        work.subscribe(
                count -> {
                    connection.queue().done();
                    if (observation.wantsCompletion()) {
                        observation.completed(connection.completion().commandTag("COPY " + count));
                    }
                    sink.success(count);
                    observation.ended(null);
                },
                error -> {
                    HeadgateException failure = connection.failed(error, sql, List.of());
                    Throwable own = dataError;
                    connection.queue().done();
                    observation.failed(failure);
                    if (!callerCancelled) {
                        sink.error(own != null ? own : failure);
                    }
                    observation.ended(failure);
                });
    }

    private Flux<ByteBuf> bytes() {
        return Flux.from(data)
                .doOnError(error -> dataError = error)
                .takeUntilOther(cancelled.asMono())
                .concatWith(Mono.defer(() -> callerCancelled
                        ? Mono.error(new CancellationException("the caller has cancelled"))
                        : Mono.empty()))
                .map(Unpooled::wrappedBuffer);
    }
}
