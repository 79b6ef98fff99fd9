package io.headgate.core;

import io.headgate.core.error.Effect;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ResultSizeException;
import io.headgate.core.error.RowMappingException;
import io.headgate.core.reactive.CaughtSignals;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/**
 * A statement on its way to being run, in fluent form: {@code db.sql("SELECT ...").bind(42L).map(Track::of).one()}.
 *
 * <p>Immutable, so a query may be kept and run any number of times, by any thread. Nothing is sent before a subscription
 * to what {@link #one}, {@link #first}, {@link #all}, {@link #stream}, {@link #update} or {@link #result} return; each
 * subscription runs it anew. Threads of delivery and cancellation are those of {@link SqlExecutor}.
 *
 * @param <T> what each row is mapped to
 */
public final class SqlQuery<T> {

    private final StatementRunner runner;
    private final SqlStatement statement;
    private final Function<? super SqlRow, ? extends T> mapper;

    SqlQuery(StatementRunner runner, SqlStatement statement, Function<? super SqlRow, ? extends T> mapper) {
        this.runner = runner;
        this.statement = statement;
        this.mapper = mapper;
    }

    /** Binds the next parameter: the first call binds {@code $1}. */
    public SqlQuery<T> bind(@Nullable Object value) {
        return new SqlQuery<>(runner, statement.bind(value), mapper);
    }

    /** Binds all parameters at once, {@code $1} first. */
    public SqlQuery<T> bindAll(@Nullable Object... values) {
        return new SqlQuery<>(runner, statement.bindAll(values), mapper);
    }

    /** Runs the statement once for each set, all or nothing, in one pipeline; see {@link SqlStatement#batch}. */
    public SqlQuery<T> batch(Iterable<? extends List<? extends @Nullable Object>> parameterSets) {
        return new SqlQuery<>(runner, statement.batch(parameterSets), mapper);
    }

    /** Says more about the statement: {@code with(o -> o.name("track_by_id"))}. */
    public SqlQuery<T> with(UnaryOperator<StatementOptions> change) {
        return new SqlQuery<>(runner, statement.with(change), mapper);
    }

    /**
     * Maps each row; a mapper must not return null. An error of linkage or of the virtual machine that it throws, which Reactor
     * would throw on instead of signalling it, arrives as the cause of a {@link RowMappingException}.
     */
    public <V> SqlQuery<V> map(Function<? super SqlRow, ? extends V> rowMapper) {
        return new SqlQuery<>(runner, statement, row -> {
            try {
                return rowMapper.apply(row);
            } catch (LinkageError | VirtualMachineError fatal) {
                throw new RowMappingException("the mapper of a row threw " + fatal, fatal);
            }
        });
    }

    /** Maps each row to a record by its components' names; see {@link SqlRow#as}. */
    public <R extends Record> SqlQuery<R> as(Class<R> record) {
        return map(RecordMapper.of(record));
    }

    /** The only row, or nothing if there is none; {@link ResultSizeException} if there are more. */
    public Mono<T> one() {
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
    public Mono<T> first() {
        return runner.execute(statement).handle(this::emitFirst);
    }

    /**
     * Every row. The whole result is in memory before the first row is delivered, and one beyond the node's limit is a {@link
     * io.headgate.core.error.ResultLimitException}; see {@link #stream} for large ones.
     */
    public Flux<T> all() {
        Flux<T> rows =
                runner.execute(statement).flatMapIterable(SqlResult::rows).map(this::mapped);
        // what is thrown on a lease is for its owner
        boolean owned = isInTransaction() || runner instanceof SqlSession;
        return owned ? rows : CaughtSignals.heard(rows);
    }

    /** Every row, fetched as it is asked for; see {@link SqlExecutor#stream}. */
    public Flux<T> stream() {
        return runner.stream(statement).map(this::mapped);
    }

    /**
     * As {@link #stream()}, with another number of rows a fetch.
     *
     * @param fetchSize see {@link SqlStatement#fetchSize(int)}
     */
    public Flux<T> stream(int fetchSize) {
        return runner.stream(statement.fetchSize(fetchSize)).map(this::mapped);
    }

    /** The number of rows the statement touched; for a batch, the sum. */
    public Mono<Long> update() {
        return runner.execute(statement).map(SqlResult::updateCount);
    }

    /** The whole result, rows unmapped. */
    public Mono<SqlResult> result() {
        return runner.execute(statement);
    }

    /** The statement as it stands. */
    public SqlStatement statement() {
        return statement;
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
