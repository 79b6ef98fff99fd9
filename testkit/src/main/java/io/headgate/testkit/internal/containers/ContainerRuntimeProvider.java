package io.headgate.testkit.internal.containers;

import io.headgate.testkit.ClusterBackend;
import io.headgate.testkit.ClusterException;
import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.internal.ServerRuntime;
import io.headgate.testkit.internal.ServerRuntimeProvider;

/**
 * Opens {@link ContainerRuntime}s. Uses no class of Testcontainers, an optional dependency, so that its absence leads to a
 * clear message and not to a {@link NoClassDefFoundError}.
 */
public final class ContainerRuntimeProvider implements ServerRuntimeProvider {
    private static final String TESTCONTAINERS = "org.testcontainers.DockerClientFactory";

    /** For {@link java.util.ServiceLoader}. */
    public ContainerRuntimeProvider() {}

    @Override
    public ClusterBackend backend() {
        return ClusterBackend.TESTCONTAINERS;
    }

    @Override
    public ServerRuntime open(ClusterSettings settings) {
        try {
            Class.forName(TESTCONTAINERS, false, ContainerRuntimeProvider.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new ClusterException(
                    "The backend TESTCONTAINERS needs Testcontainers, which is not on the class path;"
                            + " add org.testcontainers:testcontainers (2.0 or newer) to the test dependencies,"
                            + " or use the backend EMBEDDED",
                    e);
        }
        return ContainerRuntime.open(settings);
    }
}
