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
 * Delivers results on the event loop on which the caller subscribed, if it subscribed on one. An exception that the caller
 * throws from a signal ends its subscription with that error.
 *
 * <p>So the caller's work does not keep a connection's loop busy, where others wait for their answers, unless that loop is its
 * own. The caller is also signalled on the thread that cancels it. Servers that handle a request on their own loop do not
 * expect an answer on another thread while the client disconnects: Spring WebFlux 7.0 then releases the answer's buffer twice,
 * and the second time another response may own it.
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
                        loop == null
                                ? CaughtSignals.reportingTo(actual)
                                : new CallerLoopValue<>(actual, loop, current));
            }
        };
    }

    <T> Flux<T> bring(Flux<T> results) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                Executor loop = current.get();
                results.subscribe(
                        loop == null
                                ? CaughtSignals.reportingTo(actual)
                                : new CallerLoopValues<>(actual, loop, current));
            }
        };
    }
}
