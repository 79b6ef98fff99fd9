package io.headgate.routing;

import io.headgate.core.topology.Node;
import io.headgate.routing.topology.Topology;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The nodes of a client and where its calls go. Safe for use by many threads. */
public interface Routing {

    /**
     * The nodes and their roles as they were known a moment ago. Nothing is known before the first call or {@code warmUp}, nor ever of a single
     * node, which is not polled.
     */
    Topology topology();

    /** Where calls went since the client was built, by reason. With a single node nothing is chosen, so nothing is counted. */
    RoutingStatistics statistics();

    /**
     * Another limit of lag from now on, such as while the primary is overloaded by the reads of replicas that are too far behind. Without effect
     * on a single node.
     *
     * @param age as {@link RoutingOptionsBuilder#maxLag}
     */
    void maxLag(@Nullable Duration age);

    /** That of a client with one node: there is nothing to choose. */
    static Routing of(Node single) {
        Topology unknown = Topology.of(List.of(single));
        return new Routing() {
            @Override
            public Topology topology() {
                return unknown;
            }

            @Override
            public RoutingStatistics statistics() {
                return RoutingStatistics.NONE;
            }

            @Override
            public void maxLag(@Nullable Duration age) {
                RoutingOptions.builder().maxLag(age);
            }
        };
    }
}
