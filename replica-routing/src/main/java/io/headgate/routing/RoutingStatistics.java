package io.headgate.routing;

import java.util.Map;

/** Where calls went since the client was built. A call that was sent again counts each time. Immutable. */
public final class RoutingStatistics {

    /** No calls. */
    public static final RoutingStatistics NONE = new RoutingStatistics(0, Map.of(), 0);

    private final long onReplicas;
    private final Map<Route.Reason, Long> onPrimary;
    private final long refusedByReplicas;

    RoutingStatistics(long onReplicas, Map<Route.Reason, Long> onPrimary, long refusedByReplicas) {
        this.onReplicas = onReplicas;
        this.onPrimary = Map.copyOf(onPrimary);
        this.refusedByReplicas = refusedByReplicas;
    }

    /** Calls on replicas. */
    public long onReplicas() {
        return onReplicas;
    }

    /** Calls on the primary, by reason; a reason that did not occur is missing. */
    public Map<Route.Reason, Long> onPrimary() {
        return onPrimary;
    }

    /** Calls that a replica refused because they write, and that were sent to the primary then. */
    public long refusedByReplicas() {
        return refusedByReplicas;
    }

    @Override
    public String toString() {
        return "RoutingStatistics[onReplicas=" + onReplicas + ", onPrimary=" + onPrimary + ", refusedByReplicas="
                + refusedByReplicas + "]";
    }
}
