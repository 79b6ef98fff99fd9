package io.headgate.testkit.internal.embedded;

import io.headgate.testkit.ClusterBackend;
import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.internal.FreePorts;
import io.headgate.testkit.internal.ServerRuntime;
import io.headgate.testkit.internal.ServerRuntimeProvider;

/** Offers processes on this machine as a backend. */
public final class EmbeddedProvider implements ServerRuntimeProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public EmbeddedProvider() {}

    @Override
    public ClusterBackend backend() {
        return ClusterBackend.EMBEDDED;
    }

    @Override
    public ServerRuntime open(ClusterSettings settings) {
        return new EmbeddedRuntime(settings, FreePorts::next);
    }
}
