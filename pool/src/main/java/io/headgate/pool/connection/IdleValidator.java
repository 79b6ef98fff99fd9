package io.headgate.pool.connection;

import io.headgate.core.SqlStatement;
import io.headgate.core.observe.Listeners;
import io.headgate.pool.PoolOptions;
import java.time.Duration;
import java.util.function.Consumer;
import reactor.core.scheduler.Scheduler;

/**
 * Validates a connection that was unused for long, by a round trip. Otherwise a connection that a firewall or a dead peer has
 * silently dropped would fail its next user, after a time-out of minutes.
 */
public final class IdleValidator {

    /** Long enough for a round trip between continents, short enough for a waiting caller. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final SqlStatement PING = SqlStatement.of("SELECT 1");

    private final long idleNanos;
    private final Scheduler timers;

    public IdleValidator(PoolOptions options, Scheduler timers) {
        this.idleNanos = options.validateAfter().toNanos();
        this.timers = timers;
    }

    /** Whether a connection that was unused for this time needs validation before its next use. */
    public boolean isDue(long unusedNanos) {
        return unusedNanos >= idleNanos;
    }

    /** Reports once whether the connection answers. */
    public void validate(PooledConnection connection, Consumer<Boolean> outcome) {
        connection
                .driver()
                .execute(PING)
                .timeout(PATIENCE, timers)
                // not a caller's statement, so listeners do not count it. It may start within an event queue, where
                // no listener may be called
                .contextWrite(Listeners::unobserved)
                .subscribe(answer -> {}, error -> outcome.accept(false), () -> outcome.accept(true));
    }
}
