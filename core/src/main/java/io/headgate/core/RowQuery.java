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
 * A query whose rows are read: as they are, or as {@link SqlQuery#map} makes them. The name of a method says how many rows are
 * expected and where they are held.
 *
 * <p>Immutable; may be kept and run any number of times, by any thread. Each subscription runs it anew. Threads of delivery and
 * cancellation are those of {@link SqlExecutor}.
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

    /** The only row, or nothing if there is none; {@link ResultSizeException} if there are more. */
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

    /** The first row, or nothing if there is none. All rows travel: say {@code LIMIT 1} where that matters. */
    public final Mono<T> first() {
        return runner.execute(statement).handle(this::emitFirst);
    }

    /**
     * Every row. The whole result is in memory before the first row is delivered, and one beyond the node's limit is a {@link
     * io.headgate.core.error.ResultLimitException}; see {@link #stream} for large ones.
     */
    public final Flux<T> all() {
        Flux<T> rows =
                runner.execute(statement).flatMapIterable(SqlResult::rows).map(this::mapped);
        // what is thrown on a lease is for its owner
        boolean owned = isInTransaction() || runner instanceof SqlSession;
        return owned ? rows : CaughtSignals.heard(rows);
    }

    /** Every row, fetched as it is asked for; see {@link SqlExecutor#stream}. */
    public final Flux<T> stream() {
        return runner.stream(statement).map(this::mapped);
    }

    /**
     * As {@link #stream()}, with another number of rows a fetch.
     *
     * @param fetchSize see {@link SqlStatement#fetchSize(int)}
     */
    public final Flux<T> stream(int fetchSize) {
        return runner.stream(statement.fetchSize(fetchSize)).map(this::mapped);
    }

    /** Not as an inner publisher: that would be done when a caller throws out of the value, and no error could follow. */
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

    /** In a transaction a statement takes effect with the COMMIT, which the error keeps from coming unless it is caught. */
    private Outcome outcomeOfExecuted() {
        if (!isInTransaction()) {
            return Outcome.EXECUTED;
        }
        return statement.facts().effect() == Effect.NONE ? Outcome.NOT_EXECUTED : Outcome.UNKNOWN;
    }

    private boolean isInTransaction() {
        return runner instanceof SqlTransaction;
    }
}
