package io.headgate.driver.r2dbc;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlRow;
import io.headgate.core.driver.ResultLimit;
import io.headgate.core.driver.support.ResultSize;
import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.r2dbc.spi.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Runs one statement at a time over R2DBC PostgreSQL. Never cancels its publishers: an unwanted answer is read to its end, because R2DBC
 * does not reliably recover a connection after a cancelled exchange.
 *
 * <p>A result is emitted only when the server is ready for the next statement: R2DBC reports errors earlier, when the transaction's state
 * is still unknown. Call it on the connection's event loop; it signals there.
 *
 * @see <a href="https://github.com/pgjdbc/r2dbc-postgresql/issues/527">r2dbc-postgresql, issue 527</a>
 */
final class WireExchange {

    private static final ResultLimit UNLIMITED = new ResultLimit(Integer.MAX_VALUE, Long.MAX_VALUE);
    private static final RowMetadata NO_COLUMNS = RowMetadata.of(List.of());
    private static final @Nullable Parameter[] NO_PARAMETERS = {};

    private final PostgresqlConnection connection;
    private final WireTap tap;

    WireExchange(PostgresqlConnection connection, WireTap tap) {
        this.connection = connection;
        this.tap = tap;
    }

    PostgresqlConnection connection() {
        return connection;
    }

    WireTap tap() {
        return tap;
    }

    /** Runs a statement with the simple protocol. */
    Mono<SetResult> run(String sql) {
        return run(sql, NO_PARAMETERS);
    }

    /**
     * Runs a statement; with the simple protocol if it has no parameters.
     *
     * @return fails with {@link ExchangeException}, or with R2DBC's exception if nothing was sent
     */
    Mono<SetResult> run(String sql, @Nullable Parameter[] parameters) {
        return run(sql, parameters, new ResultSize(UNLIMITED));
    }

    /** As {@link #run(String, Parameter[])}. When {@code size} is exceeded, all rows are dropped; the caller must check for that. */
    Mono<SetResult> run(String sql, @Nullable Parameter[] parameters, ResultSize size) {
        return Mono.create(sink -> {
            tap.expectAnswer();
            long requests = tap.requests();
            Flux<R2dbcRow> rows;
            try {
                rows = rows(sql, parameters);
            } catch (RuntimeException refused) {
                sink.error(refused);
                return;
            }
            rows.<List<SqlRow>>collect(ArrayList::new, (list, row) -> keep(list, row, size))
                    .subscribe(
                            list -> tap.onLoop(() -> tap.whenAnswered(() -> succeed(sink, answer(list)))),
                            error -> tap.onLoop(() -> tap.whenAnswered(() -> fail(sink, error, requests))));
        });
    }

    /** Fails with the error, after a ROLLBACK if a transaction is open. */
    <T> Mono<T> rolledBack(Throwable error) {
        return tap.isOpen() && tap.transactionStatus() != 'I'
                ? run("ROLLBACK").then(Mono.error(error))
                : Mono.error(error);
    }

    /**
     * Fails with the error of a COPY, after a query that is refused because the COPY has aborted the transaction. PgBouncer up to 1.25.2
     * expects an answer to a CopyDone that comes after the server's error. That answer never comes, and PgBouncer never lends the server
     * again. At the Sync behind an error it forgets every answer that it expects up to there.
     *
     * @see <a href="https://github.com/pgbouncer/pgbouncer/pull/1471">PgBouncer, Fix late COPY messages causing pool exhaustion</a>
     */
    <T> Mono<T> forgetLateCopy(Throwable error) {
        return tap.isOpen() && tap.transactionStatus() == 'E'
                ? run("SELECT $1", new Parameter[] {Parameter.ofText("")})
                        .onErrorComplete()
                        .then(Mono.error(error))
                : Mono.error(error);
    }

    /**
     * Runs a {@code COPY ... FROM STDIN}.
     *
     * @param data returns the data to copy; its argument says whether the server waits for them
     */
    Mono<Long> copy(String sql, Function<Boolean, Flux<ByteBuf>> data) {
        return Mono.create(sink -> {
            tap.expectAnswer();
            long requests = tap.requests();
            Flux<Mono<ByteBuf>> pieces = Mono.<Boolean>create(ready -> tap.awaitCopy(ready::success))
                    .flatMapMany(data)
                    .map(Mono::just);
            connection
                    .copyIn(sql)
                    .fromMany(pieces)
                    .build()
                    .subscribe(
                            count -> {},
                            error -> tap.onLoop(() -> tap.whenAnswered(() -> fail(sink, error, requests))),
                            () -> tap.onLoop(() -> tap.whenAnswered(
                                    () -> succeed(sink, answer(List.of()).count()))));
        });
    }

    private static void keep(List<SqlRow> list, R2dbcRow row, ResultSize size) {
        if (size.add(row.bytes())) {
            list.add(row);
        } else {
            list.clear();
        }
    }

    private Flux<R2dbcRow> rows(String sql, @Nullable Parameter[] parameters) {
        PostgresqlStatement statement = connection.createStatement(sql).fetchSize(0);
        for (int i = 0; i < parameters.length; i++) {
            Parameter parameter = parameters[i];
            if (parameter == null) {
                statement.bindNull(i, Parameter.class);
            } else {
                statement.bind(i, parameter);
            }
        }
        return statement.execute().concatMap(result -> result.map((row, metadata) -> read(row)));
    }

    private R2dbcRow read(Row row) {
        RowMetadata columns = tap.columns() == null ? NO_COLUMNS : tap.columns();
        @Nullable Cell[] cells = new @Nullable Cell[columns.size()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = row.get(i, Cell.class);
        }
        return new R2dbcRow(cells, columns);
    }

    private SetResult answer(List<SqlRow> rows) {
        RowMetadata columns = tap.columns();
        return new SetResult(rows, columns == null ? NO_COLUMNS : columns, tap.commandTag(), tap.notices());
    }

    private <T> void succeed(MonoSink<T> sink, T answer) {
        WireError error = tap.lastError();
        if (error != null && tap.commandTag().isEmpty()) {
            // R2DBC completes some exchanges without their error
            sink.error(new ExchangeException(null, error, true));
            return;
        }
        sink.success(answer);
    }

    private void fail(MonoSink<?> sink, Throwable error, long requestsBefore) {
        sink.error(new ExchangeException(error, tap.lastError(), tap.requests() != requestsBefore));
    }
}
