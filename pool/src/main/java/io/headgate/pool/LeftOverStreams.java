package io.headgate.pool;

import io.headgate.core.driver.support.CaughtSignals;
import io.headgate.core.driver.support.EarlyEnd;
import io.headgate.core.driver.support.StatementEffect;
import io.headgate.core.error.Effect;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.TransactionEndedException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
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

    private final Consumer<Throwable> whenThrown;
    private final Set<Open> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong begun = new AtomicLong();

    /** @param whenThrown takes what a reader throws out of a signal, unless that is the news of the scope's end */
    LeftOverStreams(Consumer<Throwable> whenThrown) {
        this.whenThrown = whenThrown;
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
                Open mine = new Open(sql, begun.getAndIncrement());
                open.add(mine);
                Runnable over = () -> open.remove(mine);
                try {
                    EarlyEnd.of(stream, mine.end())
                            // before the reader hears of it: it may end the scope then
                            .doOnTerminate(over)
                            .doOnCancel(over)
                            .subscribe(new CaughtSignals<>(reader, thrown -> mine.threw(thrown, reader, whenThrown)));
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
        endFrom(0, commits);
    }

    /** This moment. */
    Mark mark() {
        return new Mark(begun.get());
    }

    private void endFrom(long number, boolean commits) {
        // those that come while readers are told are the readers' affair
        List<Open> ending = open.stream()
                .filter(each -> each.number >= number)
                .sorted(Comparator.comparingLong(each -> each.number))
                .toList();
        ending.forEach(each -> each.endNow(commits));
    }

    /** A moment in the scope. */
    final class Mark {

        private final long number;

        private Mark(long number) {
            this.number = number;
        }

        /** Ends the streams that began after it, since what was done after it is undone. */
        void endLater() {
            endFrom(number, false);
        }
    }

    private static final class Open {

        private final String sql;
        private final long number;
        private final Sinks.Empty<Void> cut = Sinks.empty();
        private volatile boolean isCut;
        private volatile boolean commits;

        Open(String sql, long number) {
            this.sql = sql;
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
            Effect effect = StatementEffect.of(sql);
            boolean undone = effect == Effect.NONE || (effect == Effect.ATOMIC && !commits);
            return undone ? Outcome.NOT_EXECUTED : Outcome.UNKNOWN;
        }

        /** What a reader throws when it is told of the end is no part of the scope's work, which has ended. */
        void threw(Throwable thrown, CoreSubscriber<?> reader, Consumer<Throwable> whenThrown) {
            if (isCut) {
                Operators.onErrorDropped(thrown, reader.currentContext());
            } else {
                whenThrown.accept(thrown);
            }
        }
    }
}
