package io.headgate.client;

import io.headgate.core.ForwardingExecutor;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlSession;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.reactive.CaughtSignals;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Brings results back to the event loop on which a caller subscribed, if it did so on one. An error that the
 * caller throws while it handles a signal ends its subscription with that error.
 *
 * <p>What the caller then does with them keeps no connection's loop busy, where others wait for their answers, unless it is the
 * caller's own. And its signals come on the one thread that cancels it: a server that handles a request on a loop of its own takes no pains to be
 * told of an answer on another thread while the client hangs up. Spring WebFlux 7.0 gives the buffer of such an answer back
 * twice, and with it a buffer that is somebody else's by then.
 */
final class CallerLoops extends ForwardingExecutor {

    private final Supplier<@Nullable Executor> current;

    /** @param current the event loop of the calling thread, or null */
    CallerLoops(SqlExecutor next, Supplier<@Nullable Executor> current) {
        super(next);
        this.current = current;
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return bring(next().execute(statement));
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return bring(next().stream(query));
    }

    @Override
    public <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return bring(next().inTransaction(options, work));
    }

    @Override
    public Mono<List<SqlResult>> atomically(List<SqlStatement> statements) {
        return bring(next().atomically(statements));
    }

    @Override
    public Mono<Long> copyIn(String copySql, Publisher<ByteBuffer> data) {
        return bring(next().copyIn(copySql, data));
    }

    @Override
    public Flux<ByteBuffer> copyOut(String copySql) {
        return bring(next().copyOut(copySql));
    }

    @Override
    public <T> Flux<T> sessionConnection(Function<? super SqlSession, ? extends Publisher<T>> work) {
        return bring(next().sessionConnection(work));
    }

    <T> Mono<T> bring(Mono<T> results) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                Executor loop = current.get();
                results.subscribe(
                        loop == null ? CaughtSignals.telling(actual) : new CallerLoopValue<>(actual, loop, current));
            }
        };
    }

    <T> Flux<T> bring(Flux<T> results) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                Executor loop = current.get();
                results.subscribe(
                        loop == null ? CaughtSignals.telling(actual) : new CallerLoopValues<>(actual, loop, current));
            }
        };
    }
}
