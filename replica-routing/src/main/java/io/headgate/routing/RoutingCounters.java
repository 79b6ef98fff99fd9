package io.headgate.routing;

import io.headgate.routing.Route.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counts where calls went, and why. Safe for use by many threads. */
final class RoutingCounters {

    private final Map<Reason, LongAdder> routed = new EnumMap<>(Reason.class);
    private final LongAdder refusedByReplica = new LongAdder();

    RoutingCounters() {
        for (Reason each : Reason.values()) {
            routed.put(each, new LongAdder());
        }
    }

    void routed(Reason reason) {
        Objects.requireNonNull(routed.get(reason)).increment();
    }

    void refusedByReplica() {
        refusedByReplica.increment();
    }

    RoutingStatistics statistics() {
        Map<Reason, Long> counts = new EnumMap<>(Reason.class);
        routed.forEach((reason, count) -> {
            if (count.sum() > 0) {
                counts.put(reason, count.sum());
            }
        });
        return new RoutingStatistics(counts, refusedByReplica.sum());
    }
}
