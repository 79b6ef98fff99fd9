package io.headgate.pool.lease;

import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.DatabaseException;
import io.headgate.core.error.TransactionEndedException;
import io.headgate.pool.concurrent.DrainGate;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/**
 * A transaction, or a savepoint in one, on a lease. It has its own gate: statements that its work sends after the work's
 * publisher has ended are refused, instead of running outside the transaction. Statements of a savepoint also go through the
 * outer gates, so that the transaction does not end while a statement is being handed over.
 */
public final class LeasedTransaction implements SqlTransaction {

    private final Lease lease;
    private final TransactionOptions options;
    private final int depth;
    private final @Nullable LeasedTransaction outer;
    private final DrainGate gate = new DrainGate();
    private final LeftOverStreams streams;

    /** The savepoints of the whole transaction; its savepoints share them, as they share the holds. */
    private final OpenSavepoints savepoints;

    private final TransactionHolds holds;

    private LeasedTransaction(Lease lease, TransactionOptions options, int depth, @Nullable LeasedTransaction outer) {
        this.lease = lease;
        this.options = options;
        this.depth = depth;
        this.outer = outer;
        this.streams = outer == null ? lease.leftOver() : outer.streams.inside();
        this.savepoints = outer == null ? new OpenSavepoints() : outer.savepoints;
        this.holds = outer == null ? new TransactionHolds() : outer.holds;
    }

    /**
     * Runs the work and commits; on an error of the work, rolls back. The transaction begins with the first statement. A
     * cancelled transaction is undone when the lease comes back.
     */
    public static <T> Flux<T> run(
            Lease lease, TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
        return run(lease, options, work, lease::commit, lease::rollback, Mono::empty);
    }

    /** @param undo supplies the command that undoes a transaction that was given up before its end */
    public static <T> Flux<T> run(
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
                // both at once: a later statement may begin another savepoint of the same name
                Mono<Void> undo = afterSignalling(
                        () -> savepoints.rollback(name), Mono.when(sendsRollbackTo(name), releases(name)));
                Mono<Void> release = afterSignalling(() -> nested.streams.end(true), releases(name))
                        // the savepoint's work handled its server error itself: the transaction continues without the
                        // savepoint's effects
                        .onErrorResume(
                                DatabaseException.class,
                                refused -> whileOpen(undo).onErrorComplete().then(Mono.error(refused.afterRollback())));
                new TransactionScope<T>(
                                actual,
                                nested.gate,
                                end.sends(release),
                                end.sends(undo),
                                end.sends(undo),
                                end::isAwaited)
                        .startAfter(inside(begins(name)), () -> work.apply(nested));
            }
        };
    }

    private Mono<Void> begins(String name) {
        return Mono.defer(() -> {
            OpenSavepoints.Savepoint begun = savepoints.begin(name, streams.mark());
            return send("SAVEPOINT ", name).doOnError(refused -> savepoints.refused(begun));
        });
    }

    private Mono<Void> releases(String name) {
        return Mono.defer(() -> {
            Runnable undo = savepoints.release(name);
            return send("RELEASE SAVEPOINT ", name).doOnError(refused -> undo.run());
        });
    }

    private Mono<Void> rollbackTo(String name) {
        return afterSignalling(() -> savepoints.rollback(name), sendsRollbackTo(name));
    }

    private Mono<Void> sendsRollbackTo(String name) {
        return send("ROLLBACK TO SAVEPOINT ", name);
    }

    /**
     * First signals the readers of streams that end with the savepoint, while their cursors still exist. Statements that these
     * readers send are held back until the command has been sent. So they are not undone, and a savepoint that they begin is
     * not mistaken for this one.
     */
    private Mono<Void> afterSignalling(Runnable tell, Mono<Void> command) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Void> actual) {
                Sinks.Empty<Void> sent = Sinks.empty();
                Mono<Void> over = sent.asMono();
                holds.add(over);
                try {
                    tell.run();
                    command.subscribe(actual);
                } finally {
                    holds.remove(over);
                    sent.tryEmitEmpty();
                }
            }
        };
    }

    /** Sent on subscription, whatever the demand. */
    private Mono<Void> send(String verb, String name) {
        return lease.execute(SqlStatement.of(verb + name).with(own -> options.ofStatements()))
                .then();
    }

    /**
     * Holds the transaction: its next statements and its end wait until the end of a savepoint has been sent. False when the
     * transaction has already ended.
     *
     * @param released completes after {@link #release}
     */
    boolean hold(Mono<Void> released) {
        if (!enter()) {
            return false;
        }
        holds.add(released);
        return true;
    }

    void release(Mono<Void> released) {
        holds.remove(released);
        leave();
    }

    @Override
    public Mono<Void> createSavepoint(String name) {
        return Mono.defer(() -> inside(begins(SavepointName.quoted(name))));
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        return Mono.defer(() -> inside(releases(SavepointName.quoted(name))));
    }

    @Override
    public Mono<Void> rollbackToSavepoint(String name) {
        return Mono.defer(() -> inside(rollbackTo(SavepointName.quoted(name))));
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

    /** A source that is subscribed to inside all gates, after the rollbacks to savepoints that are about to be sent. */
    private <T> Mono<T> inside(Mono<T> source) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                Mono<Void> before = holds.any();
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
                Mono<Void> before = holds.any();
                if (before == null) {
                    subscribeInside(source, actual);
                } else {
                    before.thenMany(this).subscribe(actual);
                }
            }
        };
    }

    /** A source that is subscribed to inside all gates, ahead of waiting statements. */
    private Mono<Void> whileOpen(Mono<Void> source) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Void> actual) {
                subscribeInside(source, actual);
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

    /** Leaves the inner gate first: its action, such as the undo, must come before the end of the outer scope. */
    void leave() {
        gate.leave();
        if (outer != null) {
            outer.leave();
        }
    }
}
