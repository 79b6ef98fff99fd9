package io.headgate.testkit.internal.containers;

import com.github.dockerjava.api.exception.DockerException;
import io.headgate.testkit.ClusterException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Candidates for the ports under which containers are published.
 *
 * <p>They lie below the range from which Linux takes the local ports of outgoing connections (32768 to 60999), so that
 * none takes a server's port while the server is down. They are drawn at random, so that clusters in several JVMs seldom meet.
 */
final class HostPorts {
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_767;
    private static final int ATTEMPTS = 50;

    private final boolean local;
    private final List<Integer> refused = new ArrayList<>();

    /**
     * Ports of an engine.
     *
     * @param local whether the engine publishes on this machine, so that a taken port can be told here
     */
    HostPorts(boolean local) {
        this.local = local;
    }

    int next() {
        while (refused.size() < ATTEMPTS) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1);
            if (!local || isFree(port)) {
                return port;
            }
            refused(port);
        }
        throw new ClusterException("None of " + ATTEMPTS + " ports between " + LOWEST + " and " + HIGHEST
                + " can be published; these were refused: " + refused);
    }

    void refused(int port) {
        refused.add(port);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the engine refused to start a container because somebody else has its port. */
    static boolean isTaken(DockerException refusal) {
        String message = String.valueOf(refusal.getMessage());
        return message.contains("port is already allocated") || message.contains("address already in use");
    }
}
