package io.headgate.testkit.internal.containers;

import com.github.dockerjava.api.exception.DockerException;
import io.headgate.testkit.ClusterException;
import io.headgate.testkit.internal.Address;
import io.headgate.testkit.internal.Await;
import io.headgate.testkit.internal.FreePorts;
import io.headgate.testkit.internal.Server;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server that is the main process of one container.
 *
 * <p>Stop, kill and freeze act on the container, as an engine or an orchestrator does. While a server is down, its port on this
 * machine refuses connections. Its peers in the cluster get no answer from its address, as from a machine that is switched off;
 * in the embedded backend they are refused at once.
 */
abstract class ContainerServer implements Server {
    /** Another process may take a port after it was found free and before it is published. */
    private static final int PORT_ATTEMPTS = 10;

    private static final int SHOWN_LOG_LINES = 30;
    private static final int KILLED = 128 + 9;

    private final DockerEngine engine;
    private final String name;
    private final String cluster;
    private final String network;
    private final Address peerAddress;
    private @Nullable Address address;
    private @Nullable EngineContainer container;

    ContainerServer(DockerEngine engine, String name, String cluster, ClusterNetwork network, int port) {
        this.engine = engine;
        this.name = name;
        this.cluster = cluster;
        this.network = network.name();
        this.peerAddress = new Address(network.nextAddress(), port);
    }

    /** The specification of a container with this name and endpoint. */
    abstract ContainerSpec spec(String containerName, ContainerSpec.Endpoint endpoint);

    /** Whether the server at that address lets clients log in. */
    abstract boolean accepts(Address where);

    final DockerEngine engine() {
        return engine;
    }

    final String containerName() {
        return cluster + "-" + name;
    }

    final EngineContainer container() {
        if (container == null) {
            throw new ClusterException(name + " is not running; start() it first");
        }
        return container;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Address address() {
        if (address == null) {
            throw new IllegalStateException(name + " has no port before it has been started");
        }
        return address;
    }

    @Override
    public final Address peerAddress() {
        return peerAddress;
    }

    @Override
    public final void start() {
        if (isRunning()) {
            return;
        }
        if (container == null) {
            createAndStart();
        } else {
            restart(container);
        }
        Address where = address();
        Await.holds(Await.PATIENCE, () -> !isRunning() || accepts(where));
        if (!isRunning()) {
            throw new ClusterException(
                    name + " ended with status " + container().exitCode() + " instead of starting" + lastWords());
        }
        if (!accepts(where)) {
            container().kill();
            throw new ClusterException(name + " did not accept connections at " + where + " within "
                    + Await.PATIENCE.toSeconds() + " s" + lastWords());
        }
    }

    /** The port is chosen here: the engine would choose another one at each start. */
    private void createAndStart() {
        for (int attempt = 1; container == null; attempt++) {
            int hostPort = FreePorts.next();
            EngineContainer candidate = EngineContainer.create(
                    engine,
                    spec(
                            containerName(),
                            new ContainerSpec.Endpoint(network, peerAddress.host(), peerAddress.port(), hostPort)));
            try {
                candidate.start();
                address = new Address(engine.host(), hostPort);
                container = candidate;
            } catch (DockerException e) {
                candidate.remove();
                if (attempt == PORT_ATTEMPTS || !isPortTaken(e)) {
                    throw new ClusterException(
                            name + " cannot be started at port " + hostPort + ": " + DockerEngine.deepestMessage(e), e);
                }
            }
        }
    }

    private static boolean isPortTaken(DockerException refusal) {
        String message = String.valueOf(refusal.getMessage());
        return message.contains("port is already allocated") || message.contains("address already in use");
    }

    private void restart(EngineContainer stopped) {
        try {
            stopped.start();
        } catch (DockerException e) {
            throw new ClusterException(
                    name + " cannot be started again at " + address + ": " + DockerEngine.deepestMessage(e), e);
        }
    }

    @Override
    public final void stop() {
        if (!isRunning()) {
            return;
        }
        thaw();
        int patience = (int) Await.PATIENCE.toSeconds();
        container().stop(patience);
        if (container().exitCode() == KILLED) {
            throw new ClusterException(name + " did not stop within " + patience + " s and was killed" + lastWords());
        }
    }

    @Override
    public final void kill() {
        if (isRunning()) {
            container().kill();
        }
    }

    @Override
    public final void freeze() {
        if (!isRunning()) {
            throw new ClusterException(name + " is not running; start() it first");
        }
        if (!container().isPaused()) {
            container().pause();
        }
    }

    @Override
    public final void thaw() {
        if (container != null && container.isPaused()) {
            container.unpause();
        }
    }

    @Override
    public final boolean isRunning() {
        return container != null && container.isRunning();
    }

    @Override
    public final String logTail(int lines) {
        return container == null ? "" : container.log(lines).stripTrailing();
    }

    private String lastWords() {
        return "; its log ends\n" + logTail(SHOWN_LOG_LINES);
    }

    /** Removes the container, if there is one. */
    final void remove() {
        if (container != null) {
            container.remove();
        }
    }

    /** Lines of a script. */
    static String script(String... lines) {
        return String.join("\n", List.of(lines)) + "\n";
    }
}
