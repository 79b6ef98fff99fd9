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
import reactor.util.context.Context;

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

    private LeasedTransaction(Lease lease, TransactionOptions options, int depth, @Nullable LeasedTransaction outer) {
        this.lease = lease;
        this.options = options;
        this.depth = depth;
        this.outer = outer;
        this.streams = outer == null ? lease.leftOver() : new LeftOverStreams(lease::threw);
    }

    /**
     * Works, beginning with the first statement, and commits; on an error of the work, rolls back. Cancellation is seen to
     * when the lease comes back.
     */
    static <T> Flux<T> run(
            Lease lease, TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return Flux.defer(() -> {
            lease.begin(options);
            return new LeasedTransaction(lease, options, 0, null).scope(work, lease.commit(), lease.rollback());
        });
    }

    @Override
    public <T> Flux<T> savepoint(Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return Flux.deferContextual(context -> {
            String name = "headgate_" + (depth + 1);
            LeasedTransaction nested = new LeasedTransaction(lease, options, depth + 1, this);
            Mono<Void> rollback = command("ROLLBACK TO SAVEPOINT " + name).then(command("RELEASE SAVEPOINT " + name));
            return command("SAVEPOINT " + name)
                    .thenMany(nested.scope(work, command("RELEASE SAVEPOINT " + name), rollback)
                            // goes out before what the cancelling caller sends next; refused if the transaction has
                            // ended
                            .doOnCancel(() -> nested.ended()
                                    .then(rollback.doFirst(() -> nested.streams.end(false)))
                                    .subscribe(nothing -> {}, error -> {}, () -> {}, Context.of(context))));
        });
    }

    @Override
    public Mono<Void> createSavepoint(String name) {
        return onSavepoint("SAVEPOINT ", name);
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        return onSavepoint("RELEASE SAVEPOINT ", name);
    }

    @Override
    public Mono<Void> rollbackToSavepoint(String name) {
        return onSavepoint("ROLLBACK TO SAVEPOINT ", name);
    }

    private Mono<Void> onSavepoint(String verb, String name) {
        return Mono.defer(() -> command(verb + SavepointName.quoted(name)));
    }

    private <T> Flux<T> scope(
            Function<? super SqlTransaction, ? extends Publisher<T>> work, Mono<Void> commit, Mono<Void> rollback) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                new TransactionScope<T>(
                                actual,
                                gate,
                                commit.doFirst(() -> streams.end(true)),
                                rollback.doFirst(() -> streams.end(false)))
                        .start(() -> work.apply(LeasedTransaction.this));
            }
        };
    }

    /** Completes when nothing of the work can be sent any more. */
    private Mono<Void> ended() {
        return Mono.create(sink -> gate.shut(sink::success));
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
