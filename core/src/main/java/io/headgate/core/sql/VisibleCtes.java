package io.headgate.core.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names of the common table expressions that hide tables of the same name at the scan's current position. */
final class VisibleCtes {
    private @Nullable Map<String, Integer> counts;
    private final List<String> declared = new ArrayList<>(0);

    /** Returns a mark for {@link #leave(int)}. */
    int enter() {
        return declared.size();
    }

    void declare(String name) {
        if (counts == null) {
            counts = new HashMap<>();
        }
        counts.merge(name, 1, Integer::sum);
        declared.add(name);
    }

    /** Removes all names declared since {@link #enter()} returned this mark. */
    void leave(int mark) {
        if (counts == null) {
            return;
        }
        while (declared.size() > mark) {
            String name = declared.remove(declared.size() - 1);
            counts.computeIfPresent(name, (key, count) -> count == 1 ? null : count - 1);
        }
    }

    boolean hides(SqlName table) {
        return counts != null && table.schema() == null && counts.containsKey(table.name());
    }
}
