package io.headgate.pool;

import io.headgate.core.driver.support.CaughtSignals;
import io.headgate.core.driver.support.EarlyEnd;
import io.headgate.core.driver.support.StatementEffect;
import io.headgate.core.error.Effect;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.TransactionEndedException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/**
 * Streams that end with a scope: a transaction, a savepoint or the use of a lease. Those that its work leaves over are cancelled, since
 * what they ask for later would reach the server in somebody else's transaction, and their readers are told.
 */
final class LeftOverStreams {

    private final Consumer<Throwable> whenThrown;
    private final AtomicReference<Sinks.@Nullable Empty<Void>> end = new AtomicReference<>();
    private volatile boolean over;
    private volatile boolean commits;

    /** @param whenThrown takes what a reader throws out of a signal before the end */
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
                Sinks.Empty<Void> known = end.updateAndGet(before -> before == null ? Sinks.empty() : before);
                Mono<Void> cut =
                        known.asMono().then(Mono.error(() -> TransactionEndedException.underStream(outcome(sql))));
                EarlyEnd.of(stream, cut).subscribe(new CaughtSignals<>(reader, thrown -> threw(thrown, reader)));
            }
        };
    }

    /** What the readers of streams that are left over throw is no part of the scope's work, which has ended. */
    private void threw(Throwable thrown, CoreSubscriber<?> reader) {
        if (over) {
            Operators.onErrorDropped(thrown, reader.currentContext());
        } else {
            whenThrown.accept(thrown);
        }
    }

    private Outcome outcome(String sql) {
        return commits && StatementEffect.of(sql) != Effect.NONE ? Outcome.UNKNOWN : Outcome.NOT_EXECUTED;
    }

    /**
     * Ends them. Runs the code of their readers, and throws nothing of it.
     *
     * @param commits whether what their statements did may take effect
     */
    void end(boolean commits) {
        this.commits = commits;
        over = true;
        Sinks.Empty<Void> known = end.get();
        if (known != null) {
            known.tryEmitEmpty();
        }
    }
}
