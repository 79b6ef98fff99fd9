package io.headgate.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** A proxy in front of a server, without TLS, that can replace one command of a client by another text of the same length. */
final class RewritingProxy implements AutoCloseable {

    private record Replacement(String command, String text) {}

    private final ServerSocket listening;
    private final URI server;
    private final AtomicReference<Replacement> next = new AtomicReference<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    RewritingProxy(String serverUrl) throws IOException {
        this.server = URI.create(serverUrl);
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    String url() {
        return server.toString()
                .replace(server.getHost() + ":" + server.getPort(), "127.0.0.1:" + listening.getLocalPort());
    }

    /** Replaces the next such command. */
    void replaceNext(String command, String text) {
        next.set(new Replacement(command, text));
    }

    /** Whether the command has come. */
    boolean isReplaced() {
        return next.get() == null;
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listening.accept();
            Socket target = new Socket(server.getHost(), server.getPort());
            client.setTcpNoDelay(true);
            target.setTcpNoDelay(true);
            sockets.addAll(List.of(client, target));
            start(() -> pass(client, target, true));
            start(() -> pass(target, client, false));
        }
    }

    private void pass(Socket from, Socket to, boolean rewrites) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (rewrites) {
                    rewrite(buffer, read);
                }
                out.write(buffer, 0, read);
            }
        }
    }

    private void rewrite(byte[] buffer, int length) {
        Replacement wanted = next.get();
        if (wanted == null) {
            return;
        }
        int at = new String(buffer, 0, length, ISO_8859_1).indexOf(wanted.command);
        if (at >= 0 && next.compareAndSet(wanted, null)) {
            byte[] text = wanted.text.getBytes(ISO_8859_1);
            System.arraycopy(text, 0, buffer, at, text.length);
        }
    }

    private interface Transfer {
        void run() throws IOException;
    }

    private static void start(Transfer transfer) {
        Thread thread = new Thread(() -> {
            try {
                transfer.run();
            } catch (IOException closed) {
                // both directions end together
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket each : sockets) {
            each.close();
        }
    }
}
