package io.headgate.testkit.internal.containers;

import com.github.dockerjava.api.model.Bind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a container is to be. The image's own entry point is never used: the script is.
 *
 * @param name its name on the engine
 * @param image the image, which is there already
 * @param user whom to run as; the image's own choice when null
 * @param script what {@code sh} runs
 * @param environment what the script finds in its environment
 * @param binds the volumes it sees
 * @param stopSignal what asks the main process to end
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

    /** Something that runs to its end, without a network. */
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
