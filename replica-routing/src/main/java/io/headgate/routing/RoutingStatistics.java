package io.headgate.routing;

import io.headgate.routing.Route.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;

/** Where calls went since the client was built. A call that was sent again counts each time. Immutable. */
public final class RoutingStatistics {

    /** No calls. */
    public static final RoutingStatistics NONE = new RoutingStatistics(Map.of(), 0);

    private final Map<Reason, Long> routed;
    private final long refusedByReplicas;

    RoutingStatistics(Map<Reason, Long> routed, long refusedByReplicas) {
        this.routed = Map.copyOf(routed);
        this.refusedByReplicas = refusedByReplicas;
    }

    /** Calls on replicas. */
    public long onReplicas() {
        return of(Reason::isOfReplica).values().stream()
                .mapToLong(count -> count)
                .sum();
    }

    /** Calls on the primary, by reason; a reason that did not occur is missing. */
    public Map<Reason, Long> onPrimary() {
        return of(reason -> !reason.isOfReplica());
    }

    /** All calls by reason; a reason that did not occur is missing. */
    public Map<Reason, Long> byReason() {
        return routed;
    }

    private Map<Reason, Long> of(Predicate<Reason> which) {
        Map<Reason, Long> some = new EnumMap<>(Reason.class);
        routed.forEach((reason, count) -> {
            if (which.test(reason)) {
                some.put(reason, count);
            }
        });
        return some;
    }

    /** Calls that a replica refused because they write, and that were sent to the primary then. */
    public long refusedByReplicas() {
        return refusedByReplicas;
    }

    @Override
    public String toString() {
        return "RoutingStatistics[" + new EnumMap<>(routed) + ", refusedByReplicas=" + refusedByReplicas + "]";
    }
}
