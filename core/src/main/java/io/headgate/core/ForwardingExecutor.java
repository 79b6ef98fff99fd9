package io.headgate.core;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Base class of layers: passes every call to the next layer. A subclass overrides the methods that it changes.
 *
 * <p>Statements in a transaction or a session do not pass through {@link #execute}. A layer that must see them overrides {@link
 * #around(SqlTransaction)} and {@link #around(SqlSession)}.
 */
public abstract class ForwardingExecutor implements SqlExecutor {

    private final SqlExecutor next;

    /** @param next runs the calls that this layer passes on */
    protected ForwardingExecutor(SqlExecutor next) {
        this.next = Objects.requireNonNull(next, "next");
    }

    /** The next layer. */
    protected final SqlExecutor next() {
        return next;
    }

    /** The transaction that the work receives instead of the next layer's; by default the next layer's. */
    protected SqlTransaction around(SqlTransaction transaction) {
        return transaction;
    }

    /** The session that the work receives instead of the next layer's; by default the next layer's. */
    protected SqlSession around(SqlSession session) {
        return session;
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
    public <T> Flux<T> inTransaction(
            TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(work, "work");
        return next.inTransaction(options, transaction -> work.apply(around(transaction)));
    }

    @Override
    public Mono<List<SqlResult>> atomically(List<SqlStatement> statements) {
        return next.atomically(Objects.requireNonNull(statements, "statements"));
    }

    @Override
    public Mono<Long> copyIn(String copySql, Publisher<ByteBuffer> data) {
        return next.copyIn(Objects.requireNonNull(copySql, "copySql"), Objects.requireNonNull(data, "data"));
    }

    @Override
    public Flux<ByteBuffer> copyOut(String copySql) {
        return next.copyOut(Objects.requireNonNull(copySql, "copySql"));
    }

    @Override
    public <T> Flux<T> sessionConnection(Function<? super SqlSession, ? extends Publisher<T>> work) {
        Objects.requireNonNull(work, "work");
        return next.sessionConnection(session -> work.apply(around(session)));
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + next + "]";
    }
}
