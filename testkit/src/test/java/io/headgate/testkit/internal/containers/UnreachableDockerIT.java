package io.headgate.testkit.internal.containers;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headgate.testkit.ClusterBackend;
import io.headgate.testkit.ClusterException;
import io.headgate.testkit.PostgresCluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.testcontainers.DockerClientFactory;

/** The other half of the tests that need Docker: what happens where there is none. */
@Tag("docker")
@DisabledIf(value = "dockerIsThere", disabledReason = "A Docker engine can be reached; the tests that need one run")
class UnreachableDockerIT {

    static boolean dockerIsThere() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    @Test
    void missingEngineIsNamedWithTheWayOut() {
        assertThatExceptionOfType(ClusterException.class)
                .isThrownBy(() -> PostgresCluster.builder()
                        .backend(ClusterBackend.TESTCONTAINERS)
                        .start())
                .withMessageContainingAll("needs a Docker engine", "DOCKER_HOST", "EMBEDDED");
    }
}
