package io.headgate.routing;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counts where calls went, and why. Safe for use by many threads. */
final class RoutingCounters {

    private final LongAdder onReplica = new LongAdder();
    private final LongAdder refusedByReplica = new LongAdder();
    private final Map<Route.Reason, LongAdder> onPrimary = new EnumMap<>(Route.Reason.class);

    RoutingCounters() {
        for (Route.Reason each : Route.Reason.values()) {
            onPrimary.put(each, new LongAdder());
        }
    }

    void onReplica() {
        onReplica.increment();
    }

    void refusedByReplica() {
        refusedByReplica.increment();
    }

    void onPrimary(Route.Reason reason) {
        Objects.requireNonNull(onPrimary.get(reason)).increment();
    }

    RoutingStatistics statistics() {
        Map<Route.Reason, Long> byReason = new EnumMap<>(Route.Reason.class);
        onPrimary.forEach((reason, count) -> {
            if (count.sum() > 0) {
                byReason.put(reason, count.sum());
            }
        });
        return new RoutingStatistics(onReplica.sum(), byReason, refusedByReplica.sum());
    }
}
