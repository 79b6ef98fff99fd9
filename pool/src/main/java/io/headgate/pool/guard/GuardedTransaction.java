package io.headgate.pool.guard;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.HeadgateException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A transaction, or a savepoint in one, whose statements are checked. A refused statement does not abort it, since the server
 * never hears of it.
 */
final class GuardedTransaction implements SqlTransaction {

    private final SqlTransaction next;
    private final StatementCheck check;

    GuardedTransaction(SqlTransaction next, StatementCheck check) {
        this.next = next;
        this.check = check;
    }

    @Override
    public TransactionOptions options() {
        return next.options();
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        Supplier<HeadgateException> refusal = check.refusal(statement, true);
        return refusal == null ? next.execute(statement) : Mono.error(refusal);
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        Supplier<HeadgateException> refusal = check.refusal(query, true);
        return refusal == null ? next.stream(query) : Flux.error(refusal);
    }

    @Override
    public <T> Flux<T> savepoint(Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return next.savepoint(inner -> work.apply(new GuardedTransaction(inner, check)));
    }

    @Override
    public Mono<Void> createSavepoint(String name) {
        return next.createSavepoint(name);
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        return next.releaseSavepoint(name);
    }

    @Override
    public Mono<Void> rollbackToSavepoint(String name) {
        return next.rollbackToSavepoint(name);
    }
}
