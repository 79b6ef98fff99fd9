package io.headgate.core;

import io.headgate.core.error.RowMappingException;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A query in fluent form: {@code db.sql("SELECT ...").bind(42L).map(Track::of).one()}.
 *
 * <p>Bind the parameters first, then choose the mapping, then how the rows are read. Immutable: a query may be kept and run any
 * number of times, by any thread. Nothing is sent before a subscription to the result of {@link #one}, {@link #first}, {@link #all},
 * {@link #stream}, {@link #update} or {@link #result}. Each subscription runs the query again. Threads of delivery and cancellation
 * are those of {@link SqlExecutor}.
 */
public final class SqlQuery extends RowQuery<SqlRow> {

    SqlQuery(StatementRunner runner, SqlStatement statement) {
        super(runner, statement, row -> row);
    }

    /** Binds the next parameter: the first call binds {@code $1}. */
    public SqlQuery bind(@Nullable Object value) {
        return new SqlQuery(runner, statement.bind(value));
    }

    /** Binds all parameters at once, {@code $1} first. */
    public SqlQuery bindAll(@Nullable Object... values) {
        return new SqlQuery(runner, statement.bindAll(values));
    }

    /** Runs the statement once per parameter set, all or nothing, in one pipeline; see {@link SqlStatement#batch}. */
    public SqlQuery batch(Iterable<? extends List<? extends @Nullable Object>> parameterSets) {
        return new SqlQuery(runner, statement.batch(parameterSets));
    }

    /** Sets options of the statement: {@code with(o -> o.name("track_by_id"))}. */
    public SqlQuery with(UnaryOperator<StatementOptions> change) {
        return new SqlQuery(runner, statement.with(change));
    }

    /**
     * Maps each row; the mapper must not return null. If it throws a {@link LinkageError} or {@link VirtualMachineError}, the caller
     * receives a {@link RowMappingException} with that cause; Reactor alone would rethrow such an error and signal nothing.
     */
    public <T> RowQuery<T> map(Function<? super SqlRow, ? extends T> rowMapper) {
        return new RowQuery<>(runner, statement, row -> {
            try {
                return rowMapper.apply(row);
            } catch (LinkageError | VirtualMachineError fatal) {
                throw new RowMappingException("the mapper of a row threw " + fatal, fatal);
            }
        });
    }

    /** Maps each row to a record by the names of its components; see {@link SqlRow#as}. */
    public <R extends Record> RowQuery<R> as(Class<R> record) {
        return map(RecordMapper.of(record));
    }

    /** The number of rows that the statement affected; for a batch, the sum. */
    public Mono<Long> update() {
        return runner.execute(statement).map(SqlResult::updateCount);
    }

    /** The whole result with unmapped rows. */
    public Mono<SqlResult> result() {
        return runner.execute(statement);
    }

    /** The statement with the parameters and options set so far. */
    public SqlStatement statement() {
        return statement;
    }
}
