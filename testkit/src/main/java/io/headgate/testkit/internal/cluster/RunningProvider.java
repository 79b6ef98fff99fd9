package io.headgate.testkit.internal.cluster;

import io.headgate.testkit.ClusterProvider;
import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.FaultProxy;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.internal.proxy.ProxyServer;

/** Starts clusters of processes or containers, and proxies in this process. */
public final class RunningProvider implements ClusterProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public RunningProvider() {}

    @Override
    public PostgresCluster start(ClusterSettings settings) {
        return RunningCluster.start(settings);
    }

    @Override
    public FaultProxy proxy(String host, int port) {
        return ProxyServer.open(host, port);
    }
}
