package io.headgate.pool;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.TransactionEndedException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

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

    /** Completes when the end of a savepoint that was given up has been sent; null when there is none. */
    private volatile @Nullable Mono<Void> held;

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
        return run(lease, options, work, lease::commit, lease::rollback, Mono::empty);
    }

    /** @param undo gives what undoes what was given up before its end */
    static <T> Flux<T> run(
            Lease lease,
            TransactionOptions options,
            Function<? super SqlTransaction, ? extends Publisher<T>> work,
            Supplier<Mono<Void>> commit,
            Supplier<Mono<Void>> rollback,
            Supplier<Mono<Void>> undo) {
        return Flux.defer(() -> {
            lease.begin(options);
            LeasedTransaction transaction = new LeasedTransaction(lease, options, 0, null);
            LeftOverStreams streams = transaction.streams;
            return new Flux<T>() {
                @Override
                public void subscribe(CoreSubscriber<? super T> actual) {
                    new TransactionScope<T>(
                                    actual,
                                    transaction.gate,
                                    end(streams, true, commit),
                                    end(streams, false, rollback),
                                    end(streams, false, undo),
                                    () -> {})
                            .start(() -> work.apply(transaction));
                }
            };
        });
    }

    private static Mono<Void> end(LeftOverStreams streams, boolean commits, Supplier<Mono<Void>> command) {
        return Mono.defer(() -> {
            streams.end(commits);
            return command.get();
        });
    }

    @Override
    public <T> Flux<T> savepoint(Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        String name = "headgate_" + (depth + 1);
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                LeasedTransaction nested = new LeasedTransaction(lease, options, depth + 1, LeasedTransaction.this);
                SavepointEnd end = new SavepointEnd(LeasedTransaction.this);
                Mono<Void> release = end.sends(lease.execute(SqlStatement.of("RELEASE SAVEPOINT " + name))
                        .then()
                        .doFirst(() -> {
                            nested.streams.end(true);
                            savepoints.release(name);
                        }));
                // both at once: what comes behind may be another savepoint, of the same name
                Mono<Void> undo = end.sends(Mono.when(
                                lease.execute(SqlStatement.of("ROLLBACK TO SAVEPOINT " + name)),
                                lease.execute(SqlStatement.of("RELEASE SAVEPOINT " + name)))
                        .doFirst(() -> {
                            savepoints.rollback(name);
                            savepoints.release(name);
                        }));
                new TransactionScope<T>(actual, nested.gate, release, undo, undo, end::isAwaited)
                        .startAfter(
                                onSavepoint("SAVEPOINT ", name, () -> savepoints.begin(name, streams.mark())),
                                () -> work.apply(nested));
            }
        };
    }

    /**
     * Holds the transaction: what it sends next waits, and so does its end, since what is left to be sent of a savepoint belongs
     * before that. False when it has ended, with all in it.
     *
     * @param released completes after {@link #release}
     */
    boolean hold(Mono<Void> released) {
        if (!enter()) {
            return false;
        }
        held = released;
        return true;
    }

    void release() {
        held = null;
        leave();
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
        return inside(lease.execute(SqlStatement.of(verb + name)).doFirst(before))
                .then();
    }

    @Override
    public TransactionOptions options() {
        return options;
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return inside(lease.execute(statement));
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return inside(streams.add(query.text(), lease.stream(query)));
    }

    /** A source that is subscribed to inside all gates, behind the end of a savepoint that was given up. */
    private <T> Mono<T> inside(Mono<T> source) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                Mono<Void> before = held;
                if (before == null) {
                    subscribeInside(source, actual);
                } else {
                    before.then(this).subscribe(actual);
                }
            }
        };
    }

    private <T> Flux<T> inside(Flux<T> source) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                Mono<Void> before = held;
                if (before == null) {
                    subscribeInside(source, actual);
                } else {
                    before.thenMany(this).subscribe(actual);
                }
            }
        };
    }

    private <T> void subscribeInside(Publisher<T> source, CoreSubscriber<? super T> actual) {
        if (!enter()) {
            Operators.error(actual, new TransactionEndedException());
            return;
        }
        try {
            source.subscribe(actual);
        } finally {
            leave();
        }
    }

    boolean enter() {
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
    void leave() {
        gate.leave();
        if (outer != null) {
            outer.leave();
        }
    }
}
