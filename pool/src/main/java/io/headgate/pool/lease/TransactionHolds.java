package io.headgate.pool.lease;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The holds that a transaction's statements wait for: ends of savepoints that are about to be sent. A statement sent before
 * such an end would be undone with the savepoint, although its caller got a success. A new savepoint of the same name would be
 * ended in its place. Safe for use by many threads.
 */
final class TransactionHolds {

    private volatile @Nullable List<Mono<Void>> holds;

    /** @param over completes when later statements may be sent; call {@link #remove} before */
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

    /** A hold that a statement must wait for before it checks again; null when there is none. */
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
