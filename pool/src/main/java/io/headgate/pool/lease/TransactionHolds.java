package io.headgate.pool.lease;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What the statements of a transaction wait for before they are sent: the end of a savepoint that is about to be sent. A statement
 * that went before it would be undone with the savepoint, though its caller was told that it is done. A new savepoint of the same
 * name would be ended in its place. Safe for use by many threads.
 */
final class TransactionHolds {

    private volatile @Nullable List<Mono<Void>> holds;

    /** @param over completes when what comes behind may be sent; {@link #remove} must come before */
    void add(Mono<Void> over) {
        List<Mono<Void>> known = holds;
        if (known == null) {
            synchronized (this) {
                known = holds;
                if (known == null) {
                    known = new CopyOnWriteArrayList<>();
                    holds = known;
                }
            }
        }
        known.add(over);
    }

    void remove(Mono<Void> over) {
        List<Mono<Void>> known = holds;
        if (known != null) {
            known.remove(over);
        }
    }

    /** One that a statement has to wait for, and look again; null when there is none. */
    @Nullable
    Mono<Void> any() {
        List<Mono<Void>> known = holds;
        if (known == null) {
            return null;
        }
        for (Mono<Void> each : known) {
            return each;
        }
        return null;
    }
}
