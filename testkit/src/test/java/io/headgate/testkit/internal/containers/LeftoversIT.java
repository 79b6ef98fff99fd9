package io.headgate.testkit.internal.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.model.Network;
import io.headgate.testkit.NeedsDocker;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("docker")
@ExtendWith(NeedsDocker.class)
class LeftoversIT {
    private final DockerEngine engine = DockerEngine.connect();
    private final DockerClient client = engine.client();

    @Test
    void onlyWhatDeadProcessesLeftIsRemoved() throws Exception {
        String dead = "headgate-test-" + UUID.randomUUID();
        String alive = "headgate-test-" + UUID.randomUUID();
        create(dead, LeftoversTest.ownerThatIsDead());
        create(alive, Leftovers.thisProcess());
        try {
            assertThat(volumes()).contains(dead, alive);
            Leftovers.remove(engine);
            assertThat(volumes()).contains(alive).doesNotContain(dead);
            assertThat(networks()).contains(alive).doesNotContain(dead);
        } finally {
            client.removeVolumeCmd(alive).exec();
            client.removeNetworkCmd(alive).exec();
        }
    }

    private void create(String name, String owner) {
        Map<String, String> label = Map.of(Leftovers.OWNER_LABEL, owner);
        client.createVolumeCmd().withName(name).withLabels(label).exec();
        client.createNetworkCmd().withName(name).withLabels(label).exec();
    }

    private List<String> volumes() {
        return client.listVolumesCmd().exec().getVolumes().stream()
                .map(InspectVolumeResponse::getName)
                .toList();
    }

    private List<String> networks() {
        return client.listNetworksCmd().exec().stream().map(Network::getName).toList();
    }
}
