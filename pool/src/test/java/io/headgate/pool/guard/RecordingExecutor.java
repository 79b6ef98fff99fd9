package io.headgate.pool.guard;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The layer below: keeps the text of each statement that is subscribed to, and answers with nothing. */
final class RecordingExecutor implements SqlExecutor, SqlTransaction {

    final List<String> sent = new CopyOnWriteArrayList<>();

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return Mono.fromSupplier(() -> {
            sent.add(statement.text());
            return SqlResult.of(List.of(), RowMetadata.of(List.of()), 0);
        });
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return execute(query).thenMany(Flux.empty());
    }

    @Override
    public <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return Flux.defer(() -> work.apply(this));
    }

    @Override
    public TransactionOptions options() {
        return TransactionOptions.serializableReport();
    }

    @Override
    public <T> Flux<T> savepoint(Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return Flux.defer(() -> work.apply(this));
    }

    @Override
    public Mono<Void> createSavepoint(String name) {
        return Mono.fromRunnable(() -> sent.add("SAVEPOINT " + name));
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        return Mono.fromRunnable(() -> sent.add("RELEASE " + name));
    }

    @Override
    public Mono<Void> rollbackToSavepoint(String name) {
        return Mono.fromRunnable(() -> sent.add("ROLLBACK TO " + name));
    }
}
