package io.headgate.core;

import java.util.Objects;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Base class of layers' transactions: passes every call to the next layer's transaction. */
public abstract class ForwardingTransaction implements SqlTransaction {

    private final SqlTransaction next;

    /** @param next the next layer's transaction */
    protected ForwardingTransaction(SqlTransaction next) {
        this.next = Objects.requireNonNull(next, "next");
    }

    /** The next layer's transaction. */
    protected final SqlTransaction next() {
        return next;
    }

    /** The transaction that the work of a savepoint receives instead of the next layer's: usually an instance of the subclass. */
    protected abstract SqlTransaction around(SqlTransaction savepoint);

    @Override
    public TransactionOptions options() {
        return next.options();
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return next.execute(statement);
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return next.stream(query);
    }

    @Override
    public <T> Flux<T> savepoint(Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return next.savepoint(inner -> work.apply(around(inner)));
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

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + next + "]";
    }
}
