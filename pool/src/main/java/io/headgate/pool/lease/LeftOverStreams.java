package io.headgate.pool.lease;

import io.headgate.core.driver.support.EarlyEnd;
import io.headgate.core.error.Effect;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.TransactionEndedException;
import io.headgate.core.reactive.CaughtSignals;
import io.headgate.core.sql.StatementCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/**
 * Streams that end with a scope: a transaction, a savepoint or the use of a lease. Streams that the work leaves open are
 * cancelled and their readers get an error. Otherwise their later requests would reach the server in the next borrower's
 * transaction. Safe for use by many threads.
 */
final class LeftOverStreams {

    private final @Nullable LeftOverStreams outer;
    private final Use use;

    /** The state that all scopes of one use share. */
    private static final class Use {

        private final Consumer<Throwable> whenThrown;
        /** In order of their start. Guarded by the monitor, as is their number. Most transactions have none. */
        private final List<Open> open = new ArrayList<>(0);

        private long begun;

        Use(Consumer<Throwable> whenThrown) {
            this.whenThrown = whenThrown;
        }

        synchronized Open begin(String sql, LeftOverStreams scope) {
            Open begins = new Open(sql, scope, begun++);
            open.add(begins);
            return begins;
        }

        synchronized void over(Open ended) {
            open.remove(ended);
        }

        synchronized long begun() {
            return begun;
        }

        private synchronized List<Open> open(Predicate<Open> which) {
            return open.isEmpty() ? List.of() : open.stream().filter(which).toList();
        }

        void end(Predicate<Open> which, boolean commits) {
            open(which).forEach(each -> each.endNow(commits));
        }
    }

    private LeftOverStreams(@Nullable LeftOverStreams outer, Use use) {
        this.outer = outer;
        this.use = use;
    }

    /** @param whenThrown takes exceptions that a reader throws from a signal, except from the signal of the scope's end */
    LeftOverStreams(Consumer<Throwable> whenThrown) {
        this(null, new Use(whenThrown));
    }

    /** The streams of an inner scope, which end with either scope. */
    LeftOverStreams inside() {
        return new LeftOverStreams(this, use);
    }

    /**
     * A stream that ends with the scope.
     *
     * @param sql its statement
     */
    <T> Flux<T> add(String sql, Flux<T> stream) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> reader) {
                Open mine = use.begin(sql, LeftOverStreams.this);
                Runnable over = () -> use.over(mine);
                try {
                    EarlyEnd.of(stream, mine.end())
                            // removed first, because the reader may end the scope from its signal
                            .doOnTerminate(over)
                            .doOnCancel(over)
                            .subscribe(new CaughtSignals<>(reader, thrown -> mine.threw(thrown, reader)));
                } catch (Throwable thrown) {
                    over.run();
                    throw thrown;
                }
            }
        };
    }

    /**
     * Ends the streams. Runs their readers' code and throws none of its exceptions.
     *
     * @param commits whether the effects of their statements may be committed
     */
    void end(boolean commits) {
        use.end(each -> each.scope.isIn(this), commits);
    }

    private boolean isIn(LeftOverStreams scope) {
        return this == scope || (outer != null && outer.isIn(scope));
    }

    /** Marks this moment, for the scope and its outer scopes. */
    Mark mark() {
        return new Mark(use, use.begun());
    }

    /** A moment in the use. */
    static final class Mark {

        private final Use use;
        private final long number;

        private Mark(Use use, long number) {
            this.use = use;
            this.number = number;
        }

        /** Ends the streams of all scopes that began after it, because everything after it is undone. */
        void endLater() {
            use.end(each -> each.number >= number, false);
        }
    }

    private static final class Open {

        private final String sql;
        private final LeftOverStreams scope;
        private final long number;
        private final Sinks.Empty<Void> cut = Sinks.empty();
        private volatile boolean isCut;
        private volatile boolean commits;

        Open(String sql, LeftOverStreams scope, long number) {
            this.sql = sql;
            this.scope = scope;
            this.number = number;
        }

        Mono<Void> end() {
            return cut.asMono().then(Mono.error(() -> TransactionEndedException.duringStream(outcome())));
        }

        void endNow(boolean withCommit) {
            commits = withCommit;
            isCut = true;
            cut.tryEmitEmpty();
        }

        private Outcome outcome() {
            Effect effect = StatementCatalog.of(sql).effect();
            boolean undone = effect == Effect.NONE || (effect == Effect.ATOMIC && !commits);
            return undone ? Outcome.NOT_EXECUTED : Outcome.UNKNOWN;
        }

        /** An exception that a reader throws from the signal of the end is dropped: the scope's work is over. */
        void threw(Throwable thrown, CoreSubscriber<?> reader) {
            if (isCut) {
                Operators.onErrorDropped(thrown, reader.currentContext());
            } else {
                scope.use.whenThrown.accept(thrown);
            }
        }
    }
}
