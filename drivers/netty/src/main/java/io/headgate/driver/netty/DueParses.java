package io.headgate.driver.netty;

import io.headgate.driver.netty.PreparedStatements.Prepared;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The Parses without an answer, in order; unnamed ones need no confirmation. Usually there are none. */
final class DueParses {

    private @Nullable ArrayDeque<Optional<Prepared>> due;

    /** @param named the statement to prepare; null if it has no name */
    void add(@Nullable Prepared named) {
        ArrayDeque<Optional<Prepared>> all = due;
        if (all == null) {
            all = new ArrayDeque<>(2);
            due = all;
        }
        all.add(Optional.ofNullable(named));
    }

    /** The server has prepared the next statement. */
    void answered() {
        Optional<Prepared> next = due == null ? null : due.poll();
        if (next != null) {
            next.ifPresent(Prepared::confirm);
        }
    }

    /** Forgets the rest: the server skipped them. */
    void forget(PreparedStatements statements) {
        if (due != null) {
            due.forEach(each -> each.ifPresent(statements::forget));
            due.clear();
        }
    }
}
