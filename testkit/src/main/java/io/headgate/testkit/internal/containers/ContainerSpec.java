package io.headgate.testkit.internal.containers;

import com.github.dockerjava.api.model.Bind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The specification of a container. It runs the script, never the image's entry point.
 *
 * @param name the container's name on the engine
 * @param image the image, which is already on the engine
 * @param user the user to run as; the image's default when null
 * @param script the script that {@code sh} runs
 * @param environment the script's environment variables
 * @param binds the mounted volumes
 * @param stopSignal the signal that ends the main process
 * @param endpoint where it is reached; without a network when null
 */
record ContainerSpec(
        String name,
        String image,
        @Nullable String user,
        String script,
        Map<String, String> environment,
        List<Bind> binds,
        String stopSignal,
        @Nullable Endpoint endpoint) {

    /**
     * Where a container is reached.
     *
     * @param network the network's name
     * @param address its fixed address there
     * @param port the port it listens on
     * @param hostPort the port under which the engine publishes it
     */
    record Endpoint(String network, String address, int port, int hostPort) {}

    /** A container that runs a script to its end, without a network. */
    static ContainerSpec task(
            String name,
            String image,
            @Nullable String user,
            String script,
            Map<String, String> environment,
            List<Bind> binds) {
        return new ContainerSpec(name, image, user, script, environment, binds, "SIGKILL", null);
    }
}
