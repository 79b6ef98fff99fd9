package io.headgate.core;

import io.headgate.core.error.Effect;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ResultSizeException;
import io.headgate.core.error.RowMappingException;
import io.headgate.core.reactive.CaughtSignals;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/**
 * A query and the mapping of its rows: unmapped, or mapped by {@link SqlQuery#map}. The method chosen decides how many rows are
 * expected and whether they are held in memory.
 *
 * <p>Immutable. It may be kept and run any number of times, by any thread. Each subscription runs the query again. Threads of
 * delivery and cancellation are those of {@link SqlExecutor}.
 *
 * @param <T> what each row is mapped to
 */
public class RowQuery<T> {

    final StatementRunner runner;
    final SqlStatement statement;
    private final Function<? super SqlRow, ? extends T> mapper;

    RowQuery(StatementRunner runner, SqlStatement statement, Function<? super SqlRow, ? extends T> mapper) {
        this.runner = runner;
        this.statement = statement;
        this.mapper = mapper;
    }

    /** The only row; empty if there is none; fails with {@link ResultSizeException} if there are more. */
    public final Mono<T> one() {
        return runner.execute(statement).handle((result, sink) -> {
            if (result.rows().size() > 1) {
                sink.error(new ResultSizeException(
                        statement.toString(), result.rows().size(), outcomeOfExecuted(), isInTransaction()));
            } else {
                emitFirst(result, sink);
            }
        });
    }

    /** The first row; empty if there is none. The server sends all rows: add {@code LIMIT 1} if there may be many. */
    public final Mono<T> first() {
        return runner.execute(statement).handle(this::emitFirst);
    }

    /**
     * Every row. The whole result is in memory before the first row is delivered. A result beyond the node's limit fails with a {@link
     * io.headgate.core.error.ResultLimitException}. Use {@link #stream} for large results.
     */
    public final Flux<T> all() {
        Flux<T> rows =
                runner.execute(statement).flatMapIterable(SqlResult::rows).map(this::mapped);
        // in a transaction or session the owner of the lease catches what the subscriber throws
        boolean onLease = isInTransaction() || runner instanceof SqlSession;
        return onLease ? rows : CaughtSignals.reported(rows);
    }

    /** Every row, fetched on demand; see {@link SqlExecutor#stream}. */
    public final Flux<T> stream() {
        return runner.stream(statement).map(this::mappedOfStream);
    }

    /**
     * As {@link #stream()}, with another number of rows per fetch.
     *
     * @param fetchSize see {@link SqlStatement#fetchSize(int)}
     */
    public final Flux<T> stream(int fetchSize) {
        return runner.stream(statement.fetchSize(fetchSize)).map(this::mappedOfStream);
    }

    /** Emits directly. An inner publisher would already be complete when the subscriber throws in onNext, and no error could follow. */
    private void emitFirst(SqlResult result, SynchronousSink<T> sink) {
        if (!result.rows().isEmpty()) {
            T value = mapped(result.rows().get(0));
            if (value != null) {
                sink.next(value);
            }
        }
    }

    private T mapped(SqlRow row) {
        try {
            return mapper.apply(row);
        } catch (RowMappingException unreadable) {
            throw unreadable.withOutcome(outcomeOfExecuted(), isInTransaction());
        }
    }

    /** A stream outside a transaction has a read-only transaction of its own, which the error rolls back. */
    private T mappedOfStream(SqlRow row) {
        try {
            return mapper.apply(row);
        } catch (RowMappingException unreadable) {
            Outcome outcome = isInTransaction() ? outcomeOfExecuted() : Outcome.NOT_EXECUTED;
            throw unreadable.withOutcome(outcome, isInTransaction());
        }
    }

    /** A read has no effect. In a transaction a statement takes effect with the COMMIT. The error prevents the COMMIT unless the work catches it. */
    private Outcome outcomeOfExecuted() {
        if (statement.facts().effect() == Effect.NONE) {
            return Outcome.NOT_EXECUTED;
        }
        return isInTransaction() ? Outcome.UNKNOWN : Outcome.EXECUTED;
    }

    private boolean isInTransaction() {
        return runner instanceof SqlTransaction;
    }
}
