package io.headgate.testkit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** Needs a Docker engine and the images; see {@link NeedsDocker}. */
@Tag("docker")
@ExtendWith(NeedsDocker.class)
class ContainerClusterContractIT extends ClusterContract {
    ContainerClusterContractIT() {
        super(ClusterBackend.TESTCONTAINERS);
    }
}
