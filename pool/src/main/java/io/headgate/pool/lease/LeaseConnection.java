package io.headgate.pool.lease;

import io.headgate.pool.connection.PooledConnection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is lent, and who has it. Apart from what the driver does and the starting of work, it belongs to the event
 * queue of the leases.
 */
final class LeaseConnection extends PooledConnection {

    private long idleSince;
    private long lentAt;
    private long busySince;
    private boolean following;
    private @Nullable Borrower<?> holder;
    private @Nullable Borrower<?> committer;

    // belong to the loop; one borrower at most is next, since it has to start before it can give the connection back
    private boolean starting;
    private @Nullable Borrower<?> next;

    LeaseConnection(PooledConnection opened) {
        super(opened);
    }

    /** Came back at rest. */
    void idle(long now) {
        holder = null;
        committer = null;
        following = false;
        idleSince = now;
    }

    /** Came back with its last holder's COMMIT under way. */
    void committing() {
        committer = holder;
        holder = null;
        following = true;
    }

    /** Whether it has been busy for so long that it has to come to rest before it serves the next. */
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
     * Starts a borrower's work, on the loop. Work that ends at once gives the connection to the next borrower, whose work
     * starts after it and not inside it, or the stack would deepen with each.
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

    /** Those who may wait for something on it: who has it, and who had it before and left its COMMIT behind. */
    List<Borrower<?>> users() {
        return Stream.<@Nullable Borrower<?>>of(committer, holder)
                .filter(Objects::nonNull)
                .toList();
    }
}
