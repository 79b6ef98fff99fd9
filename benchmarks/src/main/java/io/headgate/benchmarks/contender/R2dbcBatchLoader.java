package io.headgate.benchmarks.contender;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A statement with one binding for each row, in one transaction. */
final class R2dbcBatchLoader implements BulkLoader {

    private final R2dbcPools pools;

    R2dbcBatchLoader(Target target, Tuning tuning) {
        pools = new R2dbcPools(target, tuning);
    }

    @Override
    public CompletableFuture<Long> insert(List<Item> rows) {
        return Mono.usingWhen(
                        pools.pool().create(),
                        connection -> Mono.usingWhen(
                                Mono.from(connection.beginTransaction()).thenReturn(connection),
                                open -> insert(open, rows),
                                Connection::commitTransaction,
                                (open, error) -> open.rollbackTransaction(),
                                Connection::rollbackTransaction),
                        Connection::close)
                .toFuture();
    }

    private static Mono<Long> insert(Connection connection, List<Item> rows) {
        Statement statement = connection.createStatement(INSERT);
        for (int i = 0; i < rows.size(); i++) {
            if (i > 0) {
                statement.add();
            }
            statement.bind("$1", rows.get(i).id()).bind("$2", rows.get(i).title());
        }
        return Flux.from(statement.execute()).concatMap(Result::getRowsUpdated).reduce(0L, Long::sum);
    }

    @Override
    public void close() {
        pools.close();
    }
}
