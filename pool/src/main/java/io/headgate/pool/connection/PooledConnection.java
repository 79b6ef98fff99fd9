package io.headgate.pool.connection;

import io.headgate.core.driver.DriverConnection;
import java.util.concurrent.TimeUnit;

/** An open connection with the times of its opening and its expiry. */
public class PooledConnection {

    /**
     * Longest time without a pause on a pooler's server connection while other clients may wait for one. The pooler takes the
     * server connection back only when nothing is under way. A pause costs about a round trip.
     */
    public static final long MAX_BUSY = TimeUnit.MILLISECONDS.toNanos(20);

    private final DriverConnection driver;
    private final long openedAt;
    private final long expiresAt;

    /**
     * @param openedAt when it was connected, in nanoseconds: a later server restart has broken it
     * @param expiresAt the time of its expiry, in nanoseconds
     */
    public PooledConnection(DriverConnection driver, long openedAt, long expiresAt) {
        this.driver = driver;
        this.openedAt = openedAt;
        this.expiresAt = expiresAt;
    }

    /** The same connection, for a subclass that adds state. */
    public PooledConnection(PooledConnection opened) {
        this(opened.driver, opened.openedAt, opened.expiresAt);
    }

    public final DriverConnection driver() {
        return driver;
    }

    public final boolean openedBefore(long nanos) {
        return openedAt - nanos < 0;
    }

    public final boolean isExpired(long now) {
        return now - expiresAt >= 0;
    }
}
