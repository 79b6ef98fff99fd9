package io.headgate.testkit.internal.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what ended JVMs of this machine have left on the engine.
 *
 * <p>Testcontainers removes everything at the end of the JVM. If the JVM was killed, its Ryuk container does. Without Ryuk the
 * containers would stay. So everything has a label with the machine, the process id and the start time of the process. The next
 * cluster that starts removes what belongs to an ended process. Objects of other machines are never touched.
 */
final class Leftovers {
    static final String OWNER_LABEL = "io.headgate.testkit.owner";

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    /** Two JVMs may compute slightly different start times of a third, because they derive it from the boot time. */
    private static final Duration TOLERANCE = Duration.ofSeconds(10);

    private static final Pattern OWNER = Pattern.compile("(.+)/([0-9]{1,18})/([0-9]{1,18})");
    private static final String THIS_PROCESS = owner(ProcessHandle.current());

    private Leftovers() {}

    /** The label's value for this JVM. */
    static String thisProcess() {
        return THIS_PROCESS;
    }

    static void remove(DockerEngine engine) {
        DockerClient client = engine.client();
        List<String> label = List.of(OWNER_LABEL);
        for (Container container : client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(label)
                .exec()) {
            if (isOrphaned(container.getLabels())) {
                remove(
                        "container",
                        container.getId(),
                        () -> client.removeContainerCmd(container.getId())
                                .withForce(true)
                                .withRemoveVolumes(true)
                                .exec());
            }
        }
        for (Network network :
                client.listNetworksCmd().withFilter("label", label).exec()) {
            if (isOrphaned(network.getLabels())) {
                remove(
                        "network",
                        network.getName(),
                        () -> client.removeNetworkCmd(network.getId()).exec());
            }
        }
        List<@Nullable InspectVolumeResponse> volumes =
                client.listVolumesCmd().withFilter("label", label).exec().getVolumes();
        for (InspectVolumeResponse volume : volumes == null ? List.<InspectVolumeResponse>of() : volumes) {
            if (volume != null && isOrphaned(volume.getLabels())) {
                remove("volume", volume.getName(), () -> engine.removeVolume(volume.getName()));
            }
        }
    }

    /** Two JVMs may find the same leftover; the second removal may fail without harm. */
    private static void remove(String kind, String name, Runnable removal) {
        try {
            removal.run();
            LOG.info("Removed the {} {} of a test process that is gone", kind, name);
        } catch (DockerException e) {
            LOG.debug("The {} {} of a test process that is gone was not removed", kind, name, e);
        }
    }

    private static boolean isOrphaned(@Nullable Map<String, String> labels) {
        return labels != null && isOrphaned(labels.get(OWNER_LABEL));
    }

    /** Whether the owner is a process of this machine that no longer exists. */
    static boolean isOrphaned(@Nullable String owner) {
        Matcher parts = OWNER.matcher(owner == null ? "" : owner);
        if (!parts.matches() || !parts.group(1).equals(hostName())) {
            return false;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(parts.group(2)));
        Instant started = Instant.ofEpochMilli(Long.parseLong(parts.group(3)));
        return process.flatMap(p -> p.info().startInstant())
                .map(start -> Duration.between(started, start).abs().compareTo(TOLERANCE) > 0)
                .orElse(process.isEmpty());
    }

    static String owner(ProcessHandle process) {
        long started = process.info().startInstant().orElse(Instant.EPOCH).toEpochMilli();
        return hostName() + "/" + process.pid() + "/" + started;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unnamed";
        }
    }
}
