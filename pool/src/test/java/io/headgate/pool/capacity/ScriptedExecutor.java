package io.headgate.pool.capacity;

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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Answers each statement as its script says, and keeps what was sent. */
public final class ScriptedExecutor implements SqlExecutor {

    private final Queue<SqlStatement> sent = new ConcurrentLinkedQueue<>();
    private final Function<SqlStatement, Mono<SqlResult>> script;

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

    public List<SqlStatement> sent() {
        return List.copyOf(sent);
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
        return Flux.error(new UnsupportedOperationException());
    }

    @Override
    public <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return Flux.error(new UnsupportedOperationException());
    }
}
