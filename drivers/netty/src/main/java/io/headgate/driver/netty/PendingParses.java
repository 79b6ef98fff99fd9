package io.headgate.driver.netty;

import io.headgate.driver.netty.PreparedStatements.Prepared;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The Parses without an answer, in order; unnamed ones need no confirmation. Usually there are none. */
final class PendingParses {

    private @Nullable ArrayDeque<Optional<Prepared>> pending;

    /** @param named the statement to prepare; null if it has no name */
    void add(@Nullable Prepared named) {
        ArrayDeque<Optional<Prepared>> all = pending;
        if (all == null) {
            all = new ArrayDeque<>(2);
            pending = all;
        }
        all.add(Optional.ofNullable(named));
    }

    /** The server has prepared the next statement. */
    void confirmNext() {
        Optional<Prepared> next = pending == null ? null : pending.poll();
        if (next != null) {
            next.ifPresent(Prepared::confirm);
        }
    }

    /** Forgets the rest: the server skipped them. */
    void forget(PreparedStatements statements) {
        if (pending != null) {
            pending.forEach(each -> each.ifPresent(statements::forget));
            pending.clear();
        }
    }
}
