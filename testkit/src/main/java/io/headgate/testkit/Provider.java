package io.headgate.testkit;

import java.util.ServiceLoader;

/** The {@link ClusterProvider} of this artifact, loaded once. */
final class Provider {

    static final ClusterProvider INSTANCE = ServiceLoader.load(
                    ClusterProvider.class, ClusterProvider.class.getClassLoader())
            .findFirst()
            .orElseThrow(() -> new ClusterException(
                    "headgate-testkit is incomplete: it has no ClusterProvider. If it was repackaged, keep"
                            + " its META-INF/services"));

    private Provider() {}
}
