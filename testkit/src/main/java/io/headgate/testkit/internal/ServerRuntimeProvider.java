package io.headgate.testkit.internal;

import io.headgate.testkit.ClusterBackend;
import io.headgate.testkit.ClusterSettings;

/** Opens runtimes of one kind; found by {@link java.util.ServiceLoader}. */
public interface ServerRuntimeProvider {

    /**
     * The kind of runtime.
     *
     * @return the backend that this provider is for
     */
    ClusterBackend backend();

    /**
     * Prepares a runtime: finds binaries or images, creates folders or networks. Starts no server.
     *
     * @param settings the settings of the cluster
     * @return a runtime that the caller closes
     * @throws io.headgate.testkit.ClusterException when this machine cannot run such a cluster; the message says what to
     *     install
     */
    ServerRuntime open(ClusterSettings settings);
}
