package io.headgate.pool;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.TransactionEndedException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A transaction, or a savepoint in one, on a lease. It has a gate of its own: what its work still tries to send after the
 * work's publisher has ended is refused, instead of running outside the transaction.
 */
final class LeasedTransaction implements SqlTransaction {

    private final Lease lease;
    private final TransactionOptions options;
    private final int depth;
    private final @Nullable LeasedTransaction outer;
    private final UseGate gate = new UseGate();
    private final LeftOverStreams streams;

    /** The streams of the whole transaction, and its savepoints. */
    private final LeftOverStreams all;

    private final NamedSavepoints named;

    private LeasedTransaction(Lease lease, TransactionOptions options, int depth, @Nullable LeasedTransaction outer) {
        this.lease = lease;
        this.options = options;
        this.depth = depth;
        this.outer = outer;
        this.streams = outer == null ? lease.leftOver() : new LeftOverStreams(lease::threw);
        this.all = outer == null ? streams : outer.all;
        this.named = outer == null ? new NamedSavepoints() : outer.named;
    }

    /**
     * Works, beginning with the first statement, and commits; on an error of the work, rolls back. Cancellation is seen to
     * when the lease comes back.
     */
    static <T> Flux<T> run(
            Lease lease, TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return run(lease, options, work, lease.commit(), lease.rollback(), Mono.empty());
    }

    /** @param undo undoes what was given up before its end */
    static <T> Flux<T> run(
            Lease lease,
            TransactionOptions options,
            Function<? super SqlTransaction, ? extends Publisher<T>> work,
            Mono<Void> commit,
            Mono<Void> rollback,
            Mono<Void> undo) {
        return Flux.defer(() -> {
            lease.begin(options);
            LeasedTransaction transaction = new LeasedTransaction(lease, options, 0, null);
            LeftOverStreams streams = transaction.streams;
            return transaction.scope(
                    work,
                    commit.doFirst(() -> streams.end(true)),
                    rollback.doFirst(() -> streams.end(false)),
                    undo.doFirst(() -> streams.end(false)));
        });
    }

    @Override
    public <T> Flux<T> savepoint(Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return Flux.defer(() -> {
            String name = "headgate_" + (depth + 1);
            LeasedTransaction nested = new LeasedTransaction(lease, options, depth + 1, this);
            LeftOverStreams.Mark begun = all.mark();
            Mono<Void> release = command("RELEASE SAVEPOINT " + name);
            Mono<Void> undo =
                    command("ROLLBACK TO SAVEPOINT " + name).then(release).doFirst(begun::endLater);
            return command("SAVEPOINT " + name)
                    // what is given up is undone before what the caller sends next, unless the transaction has ended
                    .thenMany(nested.scope(work, release.doFirst(() -> nested.streams.end(true)), undo, undo));
        });
    }

    @Override
    public Mono<Void> createSavepoint(String name) {
        return onSavepoint("SAVEPOINT ", name, () -> named.begin(name, all.mark()));
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        return onSavepoint("RELEASE SAVEPOINT ", name, () -> named.release(name));
    }

    @Override
    public Mono<Void> rollbackToSavepoint(String name) {
        return onSavepoint("ROLLBACK TO SAVEPOINT ", name, () -> named.rollback(name));
    }

    private Mono<Void> onSavepoint(String verb, String name, Runnable before) {
        return Mono.defer(() -> {
            Mono<Void> command = command(verb + SavepointName.quoted(name));
            before.run();
            return command;
        });
    }

    private <T> Flux<T> scope(
            Function<? super SqlTransaction, ? extends Publisher<T>> work,
            Mono<Void> commit,
            Mono<Void> rollback,
            Mono<Void> undo) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                new TransactionScope<T>(actual, gate, commit, rollback, undo)
                        .start(() -> work.apply(LeasedTransaction.this));
            }
        };
    }

    private Mono<Void> command(String sql) {
        return execute(SqlStatement.of(sql)).then();
    }

    @Override
    public TransactionOptions options() {
        return options;
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return gate.guard(lease.execute(statement), TransactionEndedException::new);
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        Flux<SqlRow> stream = outer == null ? lease.stream(query) : outer.stream(query);
        return gate.guard(streams.add(query.text(), stream), TransactionEndedException::new);
    }
}
