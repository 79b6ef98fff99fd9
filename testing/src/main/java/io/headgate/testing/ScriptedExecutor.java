package io.headgate.testing;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers each statement as its script says, and keeps each that was subscribed to. A transaction of it is the executor itself; begin
 * and end are not kept, commands on savepoints are kept as statements.
 */
public final class ScriptedExecutor implements SqlExecutor, SqlTransaction {

    private final Queue<SqlStatement> sent = new ConcurrentLinkedQueue<>();
    private final AtomicInteger transactions = new AtomicInteger();
    private final Function<SqlStatement, Mono<SqlResult>> script;

    /** One that answers with nothing. */
    public ScriptedExecutor() {
        this(statement -> Mono.just(SqlResult.of(List.of(), RowMetadata.of(List.of()), 0)));
    }

    public ScriptedExecutor(Function<SqlStatement, Mono<SqlResult>> script) {
        this.script = script;
    }

    /** A result of one row. */
    public static SqlResult row(List<String> names, Object... values) {
        RowMetadata columns = RowMetadata.of(names);
        SqlRow row = new SqlRow() {
            @Override
            public RowMetadata columns() {
                return columns;
            }

            @Override
            public @Nullable Object value(int index) {
                return values[index];
            }
        };
        return SqlResult.of(List.of(row), columns, 1);
    }

    /** What was sent, in order. */
    public List<SqlStatement> sent() {
        return List.copyOf(sent);
    }

    /** The texts of what was sent, in order. */
    public List<String> texts() {
        return sent.stream().map(SqlStatement::text).toList();
    }

    /** How many transactions have begun. */
    public int transactions() {
        return transactions.get();
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return Mono.defer(() -> {
            sent.add(statement);
            return script.apply(statement);
        });
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return execute(query).flatMapIterable(SqlResult::rows);
    }

    @Override
    public <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return Flux.defer(() -> {
            transactions.incrementAndGet();
            return work.apply(this);
        });
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
        return execute(SqlStatement.of("SAVEPOINT " + name)).then();
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        return execute(SqlStatement.of("RELEASE " + name)).then();
    }

    @Override
    public Mono<Void> rollbackToSavepoint(String name) {
        return execute(SqlStatement.of("ROLLBACK TO " + name)).then();
    }

    @Override
    public String toString() {
        return "scripted";
    }
}
