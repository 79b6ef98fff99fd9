package io.headgate.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that falls silent: it passes the first bytes of another's answers on and keeps the rest to itself, for each
 * connection, or falls silent when it is told. It counts connections until their clients close them.
 */
final class FallingSilent implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final long bytes;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean silent;

    /** Passes everything on until it is told to fall silent. */
    static FallingSilent whenTold(int target) throws IOException {
        return new FallingSilent(target, Long.MAX_VALUE);
    }

    /** @param bytes how many are passed on from the server on {@code target}, a port of this machine */
    FallingSilent(int target, long bytes) throws IOException {
        this.target = target;
        this.bytes = bytes;
        this.listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        start("accept", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    int open() {
        return open.get();
    }

    int accepted() {
        return accepted.get();
    }

    /** From now on nothing passes either way, on old connections and new ones. */
    void fallSilent() {
        silent = true;
    }

    /** New connections pass; those that were open in the silence have lost bytes, and answer as they may. */
    void speak() {
        silent = false;
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            accepted.incrementAndGet();
            open.incrementAndGet();
            start("to server", () -> {
                try (client;
                        server) {
                    passOn(client, server, Long.MAX_VALUE);
                } finally {
                    open.decrementAndGet();
                }
            });
            start("to client", () -> passOn(server, client, bytes));
        }
    }

    private void passOn(Socket from, Socket to, long most) throws IOException {
        long left = most;
        InputStream in = from.getInputStream();
        byte[] buffer = new byte[8_192];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            int passed = silent ? 0 : (int) Math.min(count, left);
            left -= passed;
            to.getOutputStream().write(buffer, 0, passed);
        }
        if (!silent && left > 0) {
            to.shutdownOutput();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void start(String name, Step step) {
        Thread thread = new Thread(
                () -> {
                    try {
                        step.run();
                    } catch (IOException closed) {
                        // either side may close at any moment
                    }
                },
                "falling silent, " + name);
        thread.setDaemon(true);
        thread.start();
    }
}
