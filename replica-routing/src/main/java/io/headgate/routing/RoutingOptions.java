package io.headgate.routing;

import io.headgate.core.Consistency;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Settings of routing. {@link RoutingOptionsBuilder} has their ranges and defaults.
 *
 * @param preference where reads go
 * @param consistency that of reads that do not say which they need
 * @param maxLag a replica that is known to be further behind gets no reads; null for no limit
 * @param replicaWait how long a read waits for a replica
 * @param failoverWait how long a call waits for a primary
 * @param zone where the client is; null if it does not matter
 * @param readFunctions names of volatile functions that only read
 * @param writeFunctions names of other functions that must run on the primary
 * @param maxReadsOnPrimary most reads at once that the primary takes in place of replicas; 0 for no limit
 */
public record RoutingOptions(
        ReadPreference preference,
        Consistency consistency,
        @Nullable Duration maxLag,
        Duration replicaWait,
        Duration failoverWait,
        @Nullable String zone,
        Set<String> readFunctions,
        Set<String> writeFunctions,
        int maxReadsOnPrimary) {

    public RoutingOptions {
        readFunctions = Set.copyOf(readFunctions);
        writeFunctions = Set.copyOf(writeFunctions);
    }

    /** The default settings. */
    public static RoutingOptions defaults() {
        return builder().build();
    }

    /** A builder with the default settings. */
    public static RoutingOptionsBuilder builder() {
        return new RoutingOptionsBuilder();
    }
}
