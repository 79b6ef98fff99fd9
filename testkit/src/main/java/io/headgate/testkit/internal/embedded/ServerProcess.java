package io.headgate.testkit.internal.embedded;

import io.headgate.testkit.ClusterException;
import io.headgate.testkit.internal.Address;
import io.headgate.testkit.internal.Await;
import io.headgate.testkit.internal.FreePorts;
import io.headgate.testkit.internal.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** A server as a process of this machine, with a folder, a log and a port of its own. */
abstract class ServerProcess implements Server {
    /** The loopback address, as a number: the name {@code localhost} may mean IPv6 first. */
    static final String HOST = "127.0.0.1";

    /** Two equal signals sent at once would become one. */
    private static final Duration BEFORE_SECOND_SIGNAL = Duration.ofMillis(100);

    private static final int PORT_ATTEMPTS = 10;
    private static final int SHOWN_LOG_LINES = 30;

    private final String name;
    private final ClusterFolder folder;
    private final IntSupplier ports;
    private final Path home;
    private final ServerLog log;
    private @Nullable ProcessTree processes;
    private int port;
    private boolean portIsKnown;

    /**
     * Describes a process that was not started yet.
     *
     * @param ports supplies a port that seems free, each time a different one
     */
    ServerProcess(String name, ClusterFolder folder, IntSupplier ports) {
        this.name = name;
        this.folder = folder;
        this.ports = ports;
        this.home = folder.createSubfolder(name);
        this.log = new ServerLog(home.resolve("log"));
    }

    /** Writes the server's configuration and returns its command line. */
    abstract List<String> commandOn(int port);

    /** The folder in which the process starts. */
    abstract Path workingFolder();

    /** Whether the process that was just started accepts connections, given what it has logged since. */
    abstract boolean isReady(long pid, String logged);

    /** The signal, without SIG, that ends the server at once and in order. */
    abstract String stopSignal();

    /** Whether the first signal only makes the server wait for its clients to disconnect. */
    abstract boolean needsSecondStopSignal();

    final Path home() {
        return home;
    }

    final ClusterFolder folder() {
        return folder;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Address address() {
        if (!portIsKnown) {
            throw new IllegalStateException(name + " has no port before it has been started");
        }
        return new Address(HOST, port);
    }

    @Override
    public final Address peerAddress() {
        return address();
    }

    @Override
    public final void start() {
        folder.checkOpen();
        for (int attempt = 1; !isRunning(); attempt++) {
            if (!portIsKnown) {
                port = ports.getAsInt();
            }
            long mark = log.size();
            ProcessTree started = launch();
            processes = started;
            Await.holds(
                    Await.PATIENCE,
                    () -> !started.isAlive() || isReady(started.root().pid(), log.since(mark)));
            if (!started.isAlive()) {
                retryOrFail(attempt, started.root().exitValue(), log.since(mark));
            } else if (isReady(started.root().pid(), log.since(mark))) {
                portIsKnown = true;
            } else {
                started.kill();
                throw new ClusterException(name + " did not accept connections within " + Await.PATIENCE.toSeconds()
                        + " s; its log ends\n" + logTail(SHOWN_LOG_LINES));
            }
        }
    }

    /** Another process may have taken the port since it was found free; a port used before is worth waiting for. */
    private void retryOrFail(int attempt, int status, String logged) {
        boolean portTaken = logged.contains("Address already in use");
        if (portTaken
                && attempt < PORT_ATTEMPTS
                && (!portIsKnown || Await.holds(Await.PATIENCE, () -> FreePorts.isFree(port)))) {
            return;
        }
        throw new ClusterException(name + " ended with status " + status + " instead of starting on port " + port
                + "; its log ends\n" + logTail(SHOWN_LOG_LINES));
    }

    private ProcessTree launch() {
        // In a session of its own, a terminal's interrupt does not reach the server before the JVM is done with it.
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(folder.user().command(commandOn(port)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(workingFolder().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()));
        // Nothing of the developer's environment, such as PGDATA, may change what a server does.
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(List.of("PATH"));
        environment.put("LC_ALL", "C");
        environment.put("HOME", home.toString());
        try {
            return new ProcessTree(builder.start());
        } catch (IOException e) {
            throw new ClusterException("Could not run " + String.join(" ", command), e);
        }
    }

    @Override
    public final void stop() {
        ProcessTree running = processes;
        if (running == null || !running.isAlive()) {
            return;
        }
        running.signalRoot(stopSignal());
        running.thaw();
        if (needsSecondStopSignal() && !Await.holds(BEFORE_SECOND_SIGNAL, () -> !running.isAlive())) {
            running.signalRoot(stopSignal());
        }
        try {
            if (!running.root().waitFor(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new ClusterException(name + " did not stop within " + Await.PATIENCE.toSeconds()
                        + " s; its log ends\n" + logTail(SHOWN_LOG_LINES));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("Interrupted while stopping " + name, e);
        }
    }

    @Override
    public final void kill() {
        if (processes != null && processes.isAlive()) {
            processes.kill();
        }
    }

    @Override
    public final void freeze() {
        running().freeze();
    }

    @Override
    public final void thaw() {
        if (processes != null && processes.isAlive()) {
            processes.thaw();
        }
    }

    final ProcessTree running() {
        if (processes == null || !processes.isAlive()) {
            throw new ClusterException(name + " is not running; start() it first");
        }
        return processes;
    }

    @Override
    public final boolean isRunning() {
        return processes != null && processes.isAlive();
    }

    @Override
    public final String logTail(int lines) {
        return log.tail(lines);
    }
}
