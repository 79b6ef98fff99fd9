package io.headgate.pool;

import io.headgate.core.driver.DriverConnection;
import org.jspecify.annotations.Nullable;

/**
 * An open connection and what the pool knows of it. Apart from what the driver does, it belongs to whoever holds it: the
 * event queue of the leases, or of the lanes.
 */
final class PooledConnection {

    private final DriverConnection driver;
    private final long openedAt;
    private final long expiresAt;
    private long idleSince;
    private long lentAt;
    private @Nullable Borrower<?> holder;

    /**
     * @param openedAt when it was connected, in nanoseconds: a restart after that has ended it
     * @param expiresAt when it is too old
     */
    PooledConnection(DriverConnection driver, long openedAt, long expiresAt) {
        this.driver = driver;
        this.openedAt = openedAt;
        this.expiresAt = expiresAt;
    }

    DriverConnection driver() {
        return driver;
    }

    boolean openedBefore(long nanos) {
        return openedAt - nanos < 0;
    }

    boolean isExpired(long now) {
        return now - expiresAt >= 0;
    }

    void idle(long since) {
        holder = null;
        idleSince = since;
    }

    long idleSince() {
        return idleSince;
    }

    void lentTo(Borrower<?> borrower, long now) {
        holder = borrower;
        lentAt = now;
    }

    long lentAt() {
        return lentAt;
    }

    @Nullable
    Borrower<?> holder() {
        return holder;
    }
}
