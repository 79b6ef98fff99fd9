package io.headgate.testkit.internal.proxy;

import io.headgate.testkit.FaultProxy.Direction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One client's connection with its connection to the server. An orderly end of one side is forwarded after all bytes before it;
 * a broken side breaks the other.
 */
final class Link {
    private static final int CONNECTING_MILLIS = 10_000;

    private final Socket client;
    private final Socket server = new Socket();
    private final InetSocketAddress target;
    private final Supplier<Faults> faults;
    private final Consumer<Link> whenClosed;
    private final Flow toServer;
    private final Flow toClient;
    private int openFlows = 2;
    private boolean closed;

    Link(Socket client, InetSocketAddress target, Supplier<Faults> faults, Consumer<Link> whenClosed) {
        this.client = client;
        this.target = target;
        this.faults = faults;
        this.whenClosed = whenClosed;
        this.toServer = new Flow(faults);
        this.toClient = new Flow(faults);
        Faults.Cut cut = faults.get().cut();
        if (cut != null) {
            cutAfter(cut);
        }
    }

    void start() {
        run("connect", () -> {
            // In a black hole the server does not even see a new connection.
            awaitNoBlackHole();
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(target, CONNECTING_MILLIS);
            run("read-client", () -> toServer.read(client));
            run("write-server", () -> finish(toServer.write(server)));
            run("read-server", () -> toClient.read(server));
            run("write-client", () -> finish(toClient.write(client)));
        });
    }

    private synchronized void awaitNoBlackHole() throws InterruptedException {
        while (!closed && faults.get().blackHole()) {
            wait();
        }
    }

    void cutAfter(Faults.Cut cut) {
        (cut.direction() == Direction.TO_SERVER ? toServer : toClient).cutAfter(cut.bytes());
    }

    void neverCut() {
        toServer.neverCut();
        toClient.neverCut();
    }

    void wake() {
        synchronized (this) {
            notifyAll();
        }
        toServer.wake();
        toClient.wake();
    }

    /** Closes both sides with TCP RST: lingering for no time makes the kernel drop what it has not sent. */
    void reset() {
        for (Socket socket : new Socket[] {client, server}) {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException alreadyClosed) {
                // Nothing is left to reset on this side.
            }
        }
        close();
    }

    void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            notifyAll();
        }
        toServer.close();
        toClient.close();
        closeQuietly(client);
        closeQuietly(server);
        whenClosed.accept(this);
    }

    private void finish(boolean inOrder) {
        if (!inOrder) {
            reset();
            return;
        }
        synchronized (this) {
            openFlows--;
            if (openFlows > 0) {
                return;
            }
        }
        close();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // A socket that fails to close is closed.
        }
    }

    /** A step of a connection on a thread of its own. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private void run(String name, Step step) {
        Thread thread = new Thread(
                () -> {
                    try {
                        step.run();
                    } catch (IOException broken) {
                        reset();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        reset();
                    }
                },
                "headgate-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }
}
