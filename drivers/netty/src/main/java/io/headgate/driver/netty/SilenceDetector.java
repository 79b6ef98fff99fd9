package io.headgate.driver.netty;

import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Closes a connection that is dead while work is under way. Only a probe tells a dead connection from a long statement: when an answer is
 * due and nothing has arrived for {@link #BOUND}, another connection probes the node. If that fails, this connection is closed, and its
 * work ends. Confined to the connection's event loop.
 *
 * <p>TCP detects a lost machine earlier, where the transport supports it; see {@link Connector}.
 */
final class SilenceDetector {

    /** Longer than a pause of a busy server; short enough that a waiting request can still receive its error. */
    static final Duration BOUND = Duration.ofSeconds(10);

    private static final long CHECK_MILLIS = 1_000;

    private final Wire wire;
    private final Mono<Void> probe;
    private final Future<?> checks;
    private long lastAlive = System.nanoTime();
    private boolean probing;

    /** @param probe completes when the node answers a new connection with any byte; fails when it does not */
    SilenceDetector(Wire wire, Mono<Void> probe) {
        this.wire = wire;
        this.probe = probe;
        this.checks = wire.channel()
                .eventLoop()
                .scheduleWithFixedDelay(this::check, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
        wire.channel().closeFuture().addListener(closed -> checks.cancel(false));
    }

    private void check() {
        long now = System.nanoTime();
        long since = wire.silentSince();
        if (probing || since == Wire.NOTHING_DUE || now - Math.max(since, lastAlive) < BOUND.toNanos()) {
            return;
        }
        probing = true;
        probe.subscribe(
                nothing -> {},
                error -> wire.channel().eventLoop().execute(() -> dead(since, error)),
                () -> wire.channel().eventLoop().execute(this::alive));
    }

    private void alive() {
        probing = false;
        lastAlive = System.nanoTime();
    }

    private void dead(long since, @Nullable Throwable error) {
        probing = false;
        if (wire.silentSince() == since) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
            wire.closeReason("nothing arrived for " + seconds
                    + " s while an answer was due, and a new connection got no answer: "
                    + (error == null ? "" : error.getMessage()));
            wire.abort();
        } else {
            lastAlive = System.nanoTime();
        }
    }
}
