package io.headgate.testkit.internal.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import io.headgate.testkit.ClusterException;
import io.headgate.testkit.internal.Await;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * One container on the engine, from its creation to its removal. It stays the same, with its files and its address,
 * however often it is stopped, killed and started.
 */
final class EngineContainer {
    /** PostgreSQL keeps the memory that parallel queries share in /dev/shm, of which Docker gives 64 MB by default. */
    private static final long SHARED_MEMORY_BYTES = 256L << 20;

    private final DockerClient client;
    private final String name;
    private final String id;

    /** The output of a command, both streams, and its exit code. */
    record Output(long exitCode, String text) {}

    private EngineContainer(DockerClient client, String name, String id) {
        this.client = client;
        this.name = name;
        this.id = id;
    }

    static EngineContainer create(DockerEngine engine, ContainerSpec spec) {
        HostConfig host = HostConfig.newHostConfig()
                .withBinds(spec.binds())
                .withShmSize(SHARED_MEMORY_BYTES)
                .withNetworkMode("none");
        CreateContainerCmd create = engine.client()
                .createContainerCmd(spec.image())
                .withName(spec.name())
                .withLabels(DockerEngine.labels())
                .withEntrypoint("sh", "-c")
                .withCmd(spec.script())
                .withEnv(spec.environment().entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .toList())
                .withStopSignal(spec.stopSignal())
                .withHostConfig(host);
        if (spec.user() != null) {
            create.withUser(spec.user());
        }
        ContainerSpec.Endpoint endpoint = spec.endpoint();
        if (endpoint != null) {
            ExposedPort exposed = ExposedPort.tcp(endpoint.port());
            Ports.Binding published = engine.isLocal()
                    ? Ports.Binding.bindIpAndPort(engine.host(), endpoint.hostPort())
                    : Ports.Binding.bindPort(endpoint.hostPort());
            host.withNetworkMode(endpoint.network()).withPortBindings(new PortBinding(published, exposed));
            create.withExposedPorts(exposed).withIpv4Address(endpoint.address());
        }
        return new EngineContainer(engine.client(), spec.name(), create.exec().getId());
    }

    /**
     * Runs a script to its end in a new container.
     *
     * @throws ClusterException when it fails, with its output
     */
    static String run(DockerEngine engine, ContainerSpec spec) {
        EngineContainer container = create(engine, spec);
        try {
            container.start();
            int exitCode = container.awaitExit();
            String text = container.log(Integer.MAX_VALUE);
            if (exitCode != 0) {
                throw new ClusterException("In a container of " + spec.image() + ", " + spec.name() + " ended with "
                        + exitCode + ": " + text);
            }
            return text;
        } finally {
            container.remove();
        }
    }

    void start() {
        client.startContainerCmd(id).exec();
    }

    /** Sends the container's stop signal, and SIGKILL when that had no effect in time. */
    void stop(int seconds) {
        client.stopContainerCmd(id).withTimeout(seconds).exec();
    }

    /** Ends all processes with SIGKILL, frozen ones too, and returns when they are gone. */
    void kill() {
        client.killContainerCmd(id).exec();
        Await.until(() -> !isRunning(), () -> name + " is still there after SIGKILL");
    }

    void pause() {
        client.pauseContainerCmd(id).exec();
    }

    void unpause() {
        client.unpauseContainerCmd(id).exec();
    }

    /** Whether the main process exists, frozen or not; false also once the container has been removed. */
    boolean isRunning() {
        try {
            return Boolean.TRUE.equals(state().getRunning());
        } catch (NotFoundException removed) {
            return false;
        }
    }

    boolean isPaused() {
        return Boolean.TRUE.equals(state().getPaused());
    }

    /** The last exit code of the main process; 137 after SIGKILL. */
    long exitCode() {
        Long code = state().getExitCodeLong();
        return code == null ? 0 : code;
    }

    private ContainerState state() {
        return client.inspectContainerCmd(id).exec().getState();
    }

    private int awaitExit() {
        try {
            return client.waitContainerCmd(id)
                    .exec(new WaitContainerResultCallback())
                    .awaitStatusCode(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (DockerClientException e) {
            throw new ClusterException(name + " did not end: " + DockerEngine.deepestMessage(e) + "\n" + log(30), e);
        }
    }

    /**
     * Runs a command beside the container's main process.
     *
     * @throws ClusterException when it does not end in time
     */
    Output exec(String user, String... command) {
        String exec = client.execCreateCmd(id)
                .withUser(user)
                .withCmd(command)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .exec()
                .getId();
        String text = collect(client.execStartCmd(exec).exec(new Text()));
        Long exitCode = client.inspectExecCmd(exec).exec().getExitCodeLong();
        return new Output(exitCode == null ? -1 : exitCode, text);
    }

    /** The last lines that the container wrote, over all its starts. */
    String log(int lines) {
        return collect(client.logContainerCmd(id)
                .withStdOut(true)
                .withStdErr(true)
                .withTail(lines)
                .exec(new Text()));
    }

    private String collect(Text text) {
        try {
            if (!text.awaitCompletion(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new ClusterException(
                        name + " did not finish what it was told; so far it said: " + text.asString());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("Interrupted while waiting for " + name, e);
        }
        return text.asString();
    }

    /** Ends and removes the container with its anonymous volumes. A missing container is no failure. */
    void remove() {
        try {
            client.removeContainerCmd(id)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException e) {
            // Already removed.
        } catch (DockerException e) {
            throw new ClusterException(name + " was not removed: " + DockerEngine.deepestMessage(e), e);
        }
    }

    /** Collects the bytes before decoding, because a frame may end within a character. */
    private static final class Text extends ResultCallback.Adapter<Frame> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void onNext(Frame frame) {
            synchronized (bytes) {
                bytes.writeBytes(frame.getPayload());
            }
        }

        String asString() {
            synchronized (bytes) {
                return bytes.toString(StandardCharsets.UTF_8);
            }
        }
    }
}
