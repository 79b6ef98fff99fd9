package io.headgate.pool.connection;

import io.headgate.core.driver.DriverConnection;
import java.util.concurrent.TimeUnit;

/** An open connection, and when it was opened and is too old. */
public class PooledConnection {

    /**
     * How long a pooler's server connection is kept busy without a pause at most, while others may wait for one: the pooler
     * takes it back only when nothing is under way. A pause costs about a round trip.
     */
    public static final long MAX_BUSY = TimeUnit.MILLISECONDS.toNanos(20);

    private final DriverConnection driver;
    private final long openedAt;
    private final long expiresAt;

    /**
     * @param openedAt when it was connected, in nanoseconds: a restart after that has ended it
     * @param expiresAt when it is too old
     */
    public PooledConnection(DriverConnection driver, long openedAt, long expiresAt) {
        this.driver = driver;
        this.openedAt = openedAt;
        this.expiresAt = expiresAt;
    }

    /** The same connection, for a subclass that knows more of it. */
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
