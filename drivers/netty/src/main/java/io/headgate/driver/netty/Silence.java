package io.headgate.driver.netty;

import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Ends a connection that has gone dead with work on it. Nothing tells a silence from a long statement but a look from outside: when
 * nothing has been heard for a bound while an answer is due, the node is asked by a connection of its own. If that is not answered
 * either, this one is closed, and what was on it ends. Confined to the connection's event loop.
 *
 * <p>A peer whose machine is gone is found by TCP before, where the transport can be told to look; see {@link Connector}.
 */
final class Silence {

    /** Long against a pause of a busy server; short enough that a request which waits for it can still be told. */
    static final Duration BOUND = Duration.ofSeconds(10);

    private static final long CHECK_MILLIS = 1_000;

    private final Wire wire;
    private final Mono<Void> ask;
    private final Future<?> checks;
    private long calmUntil = System.nanoTime();
    private boolean asking;

    /** @param ask completes when the node answers a new connection, with whatever, and fails when it does not */
    Silence(Wire wire, Mono<Void> ask) {
        this.wire = wire;
        this.ask = ask;
        this.checks = wire.channel()
                .eventLoop()
                .scheduleWithFixedDelay(this::check, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
        wire.channel().closeFuture().addListener(closed -> checks.cancel(false));
    }

    private void check() {
        long now = System.nanoTime();
        long since = wire.silentSince();
        if (asking || since == Wire.NOTHING_DUE || now - Math.max(since, calmUntil) < BOUND.toNanos()) {
            return;
        }
        asking = true;
        ask.subscribe(
                nothing -> {},
                error -> wire.channel().eventLoop().execute(() -> dead(since, error)),
                () -> wire.channel().eventLoop().execute(this::alive));
    }

    private void alive() {
        asking = false;
        calmUntil = System.nanoTime();
    }

    private void dead(long since, @Nullable Throwable error) {
        asking = false;
        if (wire.silentSince() == since) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
            wire.because("nothing was heard for " + seconds
                    + " s while an answer was due, and a new connection is not answered: "
                    + (error == null ? "" : error.getMessage()));
            wire.abort();
        } else {
            calmUntil = System.nanoTime();
        }
    }
}
