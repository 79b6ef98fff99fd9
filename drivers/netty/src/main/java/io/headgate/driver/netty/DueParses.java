package io.headgate.driver.netty;

import io.headgate.driver.netty.PreparedStatements.Prepared;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The Parses that were written and not answered, in order; what is unnamed is nothing to confirm. Mostly there are none. */
final class DueParses {

    private @Nullable ArrayDeque<Optional<Prepared>> due;

    /** @param named what is prepared, or null if it has no name */
    void add(@Nullable Prepared named) {
        ArrayDeque<Optional<Prepared>> all = due;
        if (all == null) {
            all = new ArrayDeque<>(2);
            due = all;
        }
        all.add(Optional.ofNullable(named));
    }

    /** The server has prepared the next one. */
    void answered() {
        Optional<Prepared> next = due == null ? null : due.poll();
        if (next != null) {
            next.ifPresent(Prepared::confirm);
        }
    }

    /** The server did not come to those that are left. */
    void forget(PreparedStatements statements) {
        if (due != null) {
            due.forEach(each -> each.ifPresent(statements::forget));
            due.clear();
        }
    }
}
