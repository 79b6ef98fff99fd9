package io.headgate.testkit.internal;

import io.headgate.testkit.ClusterException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * TCP ports for servers that must come back on the same port after a restart.
 *
 * <p>They are below the kernel's range for outgoing connections: in that range a client could get the port while the server is
 * down. No port is returned twice in one JVM. Another process may still take the port first, so the code that binds must be
 * ready to try the next one.
 */
public final class FreePorts {
    private static final int LOWEST = 12_000;
    private static final int DEFAULT_EPHEMERAL = 32_768;
    private static final int ATTEMPTS = 1_000;
    private static final Set<Integer> GIVEN_OUT = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    /**
     * Finds a port on which no process listens now.
     *
     * @return a port of the loopback interface
     * @throws ClusterException when none is found
     */
    public static int next() {
        int end = Math.max(LOWEST + ATTEMPTS, firstEphemeral());
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, end);
            if (isFree(port) && GIVEN_OUT.add(port)) {
                return port;
            }
        }
        throw new ClusterException("No free TCP port between " + LOWEST + " and " + end + " on the loopback interface");
    }

    /**
     * Whether a server could bind a port now.
     *
     * @param port the port
     * @return true when no process listens on it
     */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int firstEphemeral() {
        try {
            String range = Files.readString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"));
            return Integer.parseInt(range.strip().split("\\s+", -1)[0]);
        } catch (IOException | NumberFormatException e) {
            return DEFAULT_EPHEMERAL;
        }
    }
}
