package io.headgate.pool.lease;

import io.headgate.pool.connection.PooledConnection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A connection for lending, with its current borrower. Belongs to the event queue of the leases, except for the driver's calls
 * and the start of work.
 */
final class LeaseConnection extends PooledConnection {

    private long idleSince;
    private long lentAt;
    private long busySince;
    private boolean following;
    private @Nullable Borrower<?> holder;
    private @Nullable Borrower<?> committer;

    // belong to the loop; at most one borrower is next, because it must start before it can give the connection back
    private boolean starting;
    private @Nullable Borrower<?> next;

    LeaseConnection(PooledConnection opened) {
        super(opened);
    }

    /** The connection came back and is ready. */
    void idle(long now) {
        holder = null;
        committer = null;
        following = false;
        idleSince = now;
    }

    /** The connection came back with its last holder's COMMIT under way. */
    void committing() {
        committer = holder;
        holder = null;
        following = true;
    }

    /** Whether it has been busy for so long that it must pause before it serves the next borrower. */
    boolean mustYield(long now) {
        return driver().server().pooled() && now - busySince > MAX_BUSY;
    }

    long idleSince() {
        return idleSince;
    }

    void lentTo(Borrower<?> borrower, long now) {
        if (!following) {
            busySince = now;
        }
        following = false;
        holder = borrower;
        lentAt = now;
    }

    long lentAt() {
        return lentAt;
    }

    /**
     * Starts a borrower's work, on the loop. Work that ends at once gives the connection to the next borrower. That borrower's
     * work starts after it and not inside it, or the stack would grow with each borrower.
     */
    void startOnLoop(Borrower<?> borrower) {
        if (starting) {
            next = borrower;
            return;
        }
        starting = true;
        try {
            Borrower<?> started = borrower;
            while (started != null) {
                next = null;
                started.start(this);
                started = next;
            }
        } finally {
            starting = false;
        }
    }

    @Nullable
    Borrower<?> holder() {
        return holder;
    }

    /** The borrowers that may wait for something on it: the current one, and the previous one if its COMMIT is still under way. */
    List<Borrower<?>> users() {
        return Stream.<@Nullable Borrower<?>>of(committer, holder)
                .filter(Objects::nonNull)
                .toList();
    }
}
