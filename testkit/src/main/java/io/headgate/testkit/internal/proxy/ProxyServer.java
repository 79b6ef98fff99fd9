package io.headgate.testkit.internal.proxy;

import io.headgate.testkit.ClusterException;
import io.headgate.testkit.FaultProxy;
import io.headgate.testkit.internal.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The proxy: a listening socket, the faults, and the connections that they apply to. Thread-safe. */
public final class ProxyServer implements FaultProxy {
    private static final String HOST = "127.0.0.1";
    private static final int PORT_ATTEMPTS = 20;
    private static final int BACKLOG = 512;
    private static final Pattern AUTHORITY = Pattern.compile("^([A-Za-z][A-Za-z0-9+.:-]*://(?:[^@/]*@)?)[^/?#]+");

    private final InetSocketAddress target;
    private final int port;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile Faults faults = Faults.NONE;
    private volatile long accepted;
    private volatile boolean closed;
    private @Nullable ServerSocket listener;
    private Thread acceptor;

    private ProxyServer(InetSocketAddress target, ServerSocket listener) {
        this.target = target;
        this.port = listener.getLocalPort();
        this.listener = listener;
        this.acceptor = startAccepting(listener);
    }

    /**
     * Opens a proxy; see {@link FaultProxy#inFrontOf}.
     *
     * @param host the server's host
     * @param port the server's port
     * @return a proxy that listens
     */
    public static ProxyServer open(String host, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port is " + port + " but must be from 1 to 65535");
        }
        IOException failure = new IOException("no attempt");
        for (int i = 0; i < PORT_ATTEMPTS; i++) {
            try {
                return new ProxyServer(new InetSocketAddress(host, port), bind(FreePorts.next()));
            } catch (IOException e) {
                failure = e;
            }
        }
        throw new ClusterException("Could not open a port for a proxy in front of " + host + ":" + port, failure);
    }

    @SuppressWarnings("AddressSelection") // a literal address: there is nothing to choose from
    private static ServerSocket bind(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            // Old connections in TIME_WAIT must not block the port of a healed proxy.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), port), BACKLOG);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private Thread startAccepting(ServerSocket socket) {
        Thread thread = new Thread(() -> acceptFrom(socket), "headgate-proxy-accept-" + port);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void acceptFrom(ServerSocket socket) {
        while (true) {
            try {
                accept(socket.accept());
            } catch (IOException listenerClosed) {
                return;
            }
        }
    }

    /** Under the same lock as changes of faults, so that a new connection misses none. */
    private void accept(Socket client) throws IOException {
        synchronized (links) {
            if (closed) {
                client.close();
                return;
            }
            accepted++;
            Link link = new Link(client, target, () -> faults, links::remove);
            links.add(link);
            link.start();
        }
    }

    private void change(UnaryOperator<Faults> change, Consumer<Link> effect) {
        synchronized (links) {
            faults = change.apply(faults);
            links.forEach(effect.andThen(Link::wake));
        }
    }

    private void change(UnaryOperator<Faults> change) {
        change(change, link -> {});
    }

    @Override
    public String host() {
        return HOST;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String through(String url) {
        Matcher authority = AUTHORITY.matcher(url);
        if (!authority.find()) {
            throw new IllegalArgumentException("The URL has no \"//host:port\" to put the proxy's in place of");
        }
        return authority.group(1) + HOST + ":" + port + url.substring(authority.end());
    }

    @Override
    public void latency(Duration oneWay) {
        if (oneWay.isNegative()) {
            throw new IllegalArgumentException("oneWay is " + oneWay + " but must not be negative");
        }
        change(now -> now.withDelay(oneWay.toNanos()));
    }

    @Override
    public void bandwidth(long bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("bytesPerSecond is " + bytesPerSecond + " but must be at least 1");
        }
        change(now -> now.withBandwidth(bytesPerSecond));
    }

    @Override
    public void resetAll() {
        synchronized (links) {
            links.forEach(Link::reset);
        }
    }

    @Override
    public void blackHole() {
        change(Faults::withBlackHole);
    }

    @Override
    public synchronized void refuse() {
        ServerSocket open = listener;
        listener = null;
        if (open != null) {
            stopListening(open);
        }
    }

    /** The kernel still accepts connections for the accepting thread until that thread has left. */
    private void stopListening(ServerSocket socket) {
        try {
            socket.close();
            acceptor.join();
        } catch (IOException e) {
            throw new ClusterException("Could not close the proxy's port " + port, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("Interrupted while closing the proxy's port " + port, e);
        }
    }

    @Override
    public void cutAfter(long bytes, Direction direction) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes is " + bytes + " but must not be negative");
        }
        Faults.Cut cut = new Faults.Cut(bytes, direction);
        change(now -> now.withCut(cut), link -> link.cutAfter(cut));
    }

    @Override
    public synchronized void heal() {
        change(now -> Faults.NONE, Link::neverCut);
        if (listener == null && !closed) {
            try {
                listener = bind(port);
                acceptor = startAccepting(listener);
            } catch (IOException e) {
                throw new ClusterException("Another process has taken the proxy's port " + port, e);
            }
        }
    }

    @Override
    public int openConnections() {
        return links.size();
    }

    @Override
    public long acceptedConnections() {
        return accepted;
    }

    @Override
    public synchronized void close() {
        closed = true;
        refuse();
        synchronized (links) {
            links.forEach(Link::close);
        }
    }

    @Override
    public String toString() {
        return "FaultProxy " + HOST + ":" + port + " in front of " + target + " " + faults;
    }
}
