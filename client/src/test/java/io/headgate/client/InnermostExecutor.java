package io.headgate.client;

import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What stands behind the layers of a test that does not get so far: it never answers. */
final class InnermostExecutor implements SqlExecutor {

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return Mono.never();
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return Flux.never();
    }

    @Override
    public <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return Flux.never();
    }

    @Override
    public String toString() {
        return "innermost";
    }
}
