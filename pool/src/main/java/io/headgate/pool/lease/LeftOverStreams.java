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
 * Streams that end with a scope: a transaction, a savepoint or the use of a lease. Those that its work leaves over are cancelled, since
 * what they ask for later would reach the server in somebody else's transaction, and their readers are told. Safe for use by many
 * threads.
 */
final class LeftOverStreams {

    private final @Nullable LeftOverStreams outer;
    private final Use use;

    /** What all scopes in one have in common. */
    private static final class Use {

        private final Consumer<Throwable> whenThrown;
        /** In the order of their beginning; under the monitor, as their number. Most transactions have none. */
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

    /** @param whenThrown takes what a reader throws out of a signal, unless that is the news of the scope's end */
    LeftOverStreams(Consumer<Throwable> whenThrown) {
        this(null, new Use(whenThrown));
    }

    /** Those of a scope in this one, which end with either. */
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
                            // removed first, since the reader may end the scope when it is told
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
     * Ends them. Runs the code of their readers, and throws nothing of it.
     *
     * @param commits whether what their statements did may take effect
     */
    void end(boolean commits) {
        use.end(each -> each.scope.isIn(this), commits);
    }

    private boolean isIn(LeftOverStreams scope) {
        return this == scope || (outer != null && outer.isIn(scope));
    }

    /** This moment, for the scope and those around it. */
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

        /** Ends the streams that began after it, of whichever scope, since what was done after it is undone. */
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
            return cut.asMono().then(Mono.error(() -> TransactionEndedException.underStream(outcome())));
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

        /** An error that a reader throws when it is told of the end is dropped: the scope's work is over. */
        void threw(Throwable thrown, CoreSubscriber<?> reader) {
            if (isCut) {
                Operators.onErrorDropped(thrown, reader.currentContext());
            } else {
                scope.use.whenThrown.accept(thrown);
            }
        }
    }
}
