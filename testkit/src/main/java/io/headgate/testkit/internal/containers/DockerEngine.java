package io.headgate.testkit.internal.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import io.headgate.testkit.ClusterException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.utility.DockerImageName;

/**
 * The Docker engine that Testcontainers found, and the labels that mark everything created on it.
 *
 * <p>Thread-safe. The client belongs to Testcontainers and is never closed.
 */
final class DockerEngine {
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "::1");

    private final DockerClient client;
    private final String host;

    private DockerEngine(DockerClient client, String host) {
        this.client = client;
        this.host = THIS_MACHINE.contains(host) ? "127.0.0.1" : host;
    }

    /**
     * Finds the engine.
     *
     * @throws ClusterException when there is none, or Testcontainers cannot start its own helper container on it
     */
    static DockerEngine connect() {
        try {
            DockerClientFactory factory = DockerClientFactory.instance();
            return new DockerEngine(factory.client(), factory.dockerHostIpAddress());
        } catch (RuntimeException e) {
            String why = e.getMessage() + ": " + deepestMessage(e);
            if (concernsRyuk(e)) {
                throw new ClusterException(
                        "Testcontainers cannot start its clean-up container: " + why
                                + "; where its image cannot be pulled, set the environment variable"
                                + " TESTCONTAINERS_RYUK_DISABLED=true: the kit then removes what a killed JVM left"
                                + " behind when it next starts a cluster",
                        e);
            }
            throw new ClusterException(
                    "The backend TESTCONTAINERS needs a Docker engine, and none can be reached: " + why
                            + "; start one or set DOCKER_HOST, or use the backend EMBEDDED",
                    e);
        }
    }

    private static boolean concernsRyuk(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains("ryuk")) {
                return true;
            }
        }
        return false;
    }

    DockerClient client() {
        return client;
    }

    /** Where published ports are reached. */
    String host() {
        return host;
    }

    /** Whether ports are published on this very machine, so that they can be kept to its loopback interface. */
    boolean isLocal() {
        return host.equals("127.0.0.1");
    }

    /**
     * Pulls an image unless the engine has it.
     *
     * @param name the image with its tag
     * @param property the system property that names another one
     * @return the name under which the engine has it
     */
    String require(String name, String property) {
        try {
            return new RemoteDockerImage(DockerImageName.parse(name)).get();
        } catch (RuntimeException e) {
            throw new ClusterException(
                    "The image " + name + " is neither on the Docker engine nor can it be pulled: " + deepestMessage(e)
                            + "; name another one with the system property " + property
                            + ", or make local ones with the script io/headgate/testkit/docker/make-images.sh",
                    e);
        }
    }

    /** The labels of everything that this JVM creates, for removal by Testcontainers and {@link Leftovers}. */
    static Map<String, String> labels() {
        Map<String, String> labels = new HashMap<>(DockerClientFactory.DEFAULT_LABELS);
        labels.put(DockerClientFactory.TESTCONTAINERS_SESSION_ID_LABEL, DockerClientFactory.SESSION_ID);
        labels.put(Leftovers.OWNER_LABEL, Leftovers.thisProcess());
        return labels;
    }

    void createVolume(String name) {
        client.createVolumeCmd().withName(name).withLabels(labels()).exec();
    }

    /** Removes a volume; a missing volume is no failure. */
    void removeVolume(String name) {
        try {
            client.removeVolumeCmd(name).exec();
        } catch (DockerException e) {
            if (e.getHttpStatus() != 404) {
                throw e;
            }
        }
    }

    /** The message of the innermost cause: docker-java and Testcontainers put the engine's message there. */
    static String deepestMessage(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return (message == null ? cause.toString() : message).strip();
    }
}
