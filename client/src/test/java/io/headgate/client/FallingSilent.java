package io.headgate.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that falls silent: it passes the first bytes of another's answers on and keeps the rest to itself, for each
 * connection. It counts connections until their clients close them.
 */
final class FallingSilent implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final long bytes;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();

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

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            accepted.incrementAndGet();
            open.incrementAndGet();
            start("to server", () -> {
                try (client;
                        server) {
                    client.getInputStream().transferTo(server.getOutputStream());
                } finally {
                    open.decrementAndGet();
                }
            });
            start("to client", () -> passOn(server, client));
        }
    }

    private void passOn(Socket server, Socket client) throws IOException {
        long left = bytes;
        InputStream in = server.getInputStream();
        byte[] buffer = new byte[8_192];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            int passed = (int) Math.min(count, left);
            left -= passed;
            client.getOutputStream().write(buffer, 0, passed);
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
