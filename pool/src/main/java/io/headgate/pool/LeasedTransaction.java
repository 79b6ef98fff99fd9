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
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/**
 * A transaction, or a savepoint in one, on a lease. It has a gate of its own: what its work still tries to send after the
 * work's publisher has ended is refused, instead of running outside the transaction. What a savepoint sends goes through the gates
 * around it too, so that the transaction does not end while a statement is on its way.
 */
final class LeasedTransaction implements SqlTransaction {

    private final Lease lease;
    private final TransactionOptions options;
    private final int depth;
    private final @Nullable LeasedTransaction outer;
    private final UseGate gate = new UseGate();
    private final LeftOverStreams streams;

    /** Those of the whole transaction. */
    private final OpenSavepoints savepoints;

    /** Completes when the undoing of a savepoint that was given up has been sent; null when there is none. */
    private volatile @Nullable Mono<Void> undoing;

    private LeasedTransaction(Lease lease, TransactionOptions options, int depth, @Nullable LeasedTransaction outer) {
        this.lease = lease;
        this.options = options;
        this.depth = depth;
        this.outer = outer;
        this.streams = outer == null ? lease.leftOver() : outer.streams.inside();
        this.savepoints = outer == null ? new OpenSavepoints() : outer.savepoints;
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
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                lease.begin(options);
                LeasedTransaction transaction = new LeasedTransaction(lease, options, 0, null);
                LeftOverStreams streams = transaction.streams;
                new TransactionScope<T>(
                                actual,
                                transaction.gate,
                                commit.doFirst(() -> streams.end(true)),
                                rollback.doFirst(() -> streams.end(false)),
                                () -> undo.doFirst(() -> streams.end(false)))
                        .start(() -> work.apply(transaction));
            }
        };
    }

    @Override
    public <T> Flux<T> savepoint(Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        String name = "headgate_" + (depth + 1);
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                LeasedTransaction nested = new LeasedTransaction(lease, options, depth + 1, LeasedTransaction.this);
                Mono<Void> release = onSavepoint("RELEASE SAVEPOINT ", name, () -> savepoints.release(name));
                new TransactionScope<T>(
                                actual,
                                nested.gate,
                                release.doFirst(() -> nested.streams.end(true)),
                                undo(name, LeasedTransaction.this::execute),
                                () -> undoGivenUp(name))
                        .startAfter(
                                onSavepoint("SAVEPOINT ", name, () -> savepoints.begin(name, streams.mark())),
                                () -> work.apply(nested));
            }
        };
    }

    /** Both at once: what comes behind may be another savepoint, of the same name. */
    private Mono<Void> undo(String name, Function<SqlStatement, Mono<SqlResult>> sends) {
        return Mono.when(
                        sends.apply(SqlStatement.of("ROLLBACK TO SAVEPOINT " + name)),
                        sends.apply(SqlStatement.of("RELEASE SAVEPOINT " + name)))
                .doFirst(() -> {
                    savepoints.rollback(name);
                    savepoints.release(name);
                });
    }

    /**
     * Has the transaction wait, with its end and with what it sends next, until the undoing has been sent: some of the savepoint's
     * work may be on its way at this moment. A transaction that has ended has ended with it.
     */
    private Mono<Void> undoGivenUp(String name) {
        if (!enter()) {
            return Mono.empty();
        }
        Sinks.Empty<Void> sent = Sinks.empty();
        undoing = sent.asMono();
        Mono<Void> undo = undo(name, lease::execute);
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Void> actual) {
                try {
                    undo.subscribe(actual);
                } finally {
                    undoing = null;
                    leave();
                    sent.tryEmitEmpty();
                }
            }
        };
    }

    @Override
    public Mono<Void> createSavepoint(String name) {
        return Mono.defer(() ->
                onSavepoint("SAVEPOINT ", SavepointName.quoted(name), () -> savepoints.begin(name, streams.mark())));
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        return Mono.defer(
                () -> onSavepoint("RELEASE SAVEPOINT ", SavepointName.quoted(name), () -> savepoints.release(name)));
    }

    @Override
    public Mono<Void> rollbackToSavepoint(String name) {
        return Mono.defer(() ->
                onSavepoint("ROLLBACK TO SAVEPOINT ", SavepointName.quoted(name), () -> savepoints.rollback(name)));
    }

    private Mono<Void> onSavepoint(String verb, String name, Runnable before) {
        return execute(SqlStatement.of(verb + name)).then().doFirst(before);
    }

    @Override
    public TransactionOptions options() {
        return options;
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return Mono.fromDirect(inside(lease.execute(statement)));
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return inside(streams.add(query.text(), lease.stream(query)));
    }

    /** A source that is subscribed to inside all gates, behind what has to be undone before. */
    private <T> Flux<T> inside(Publisher<T> source) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                Mono<Void> before = undoing;
                if (before != null) {
                    before.thenMany(this).subscribe(actual);
                } else if (enter()) {
                    try {
                        source.subscribe(actual);
                    } finally {
                        leave();
                    }
                } else {
                    Operators.error(actual, new TransactionEndedException());
                }
            }
        };
    }

    private boolean enter() {
        if (outer != null && !outer.enter()) {
            return false;
        }
        if (gate.enter()) {
            return true;
        }
        if (outer != null) {
            outer.leave();
        }
        return false;
    }

    /** The inner gate first: what it runs then, such as the undoing, comes before the end of the outer one. */
    private void leave() {
        gate.leave();
        if (outer != null) {
            outer.leave();
        }
    }
}
