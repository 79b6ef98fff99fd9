package io.headgate.testkit;

/**
 * Starts the servers and proxies that this package describes; found by {@link java.util.ServiceLoader}. The one provider is in this
 * artifact.
 * Tests use {@link PostgresCluster#builder()} and {@link FaultProxy#inFrontOf}.
 */
public interface ClusterProvider {

    /**
     * Starts a cluster.
     *
     * @throws ClusterException when it cannot be started; nothing of it is left running
     */
    PostgresCluster start(ClusterSettings settings);

    /** As {@link FaultProxy#inFrontOf}. */
    FaultProxy proxy(String host, int port);
}
