package io.headgate.testkit;

import java.time.Duration;

/**
 * A TCP proxy on the loopback interface that forwards bytes and injects faults on request.
 *
 * <p>Faults apply at once to open and new connections, and accumulate until {@link #heal()}. All methods may be called from any
 * thread and, {@link #heal()} included, return at once.
 */
public interface FaultProxy extends AutoCloseable {

    /** Which way bytes go. */
    enum Direction {
        /** From the client to the server. */
        TO_SERVER,
        /** From the server to the client. */
        TO_CLIENT
    }

    /**
     * Opens a proxy on a free port of the loopback interface.
     *
     * @param host the server's host
     * @param port the server's port, 1 to 65535
     * @return a proxy that listens
     * @throws ClusterException when no port can be opened
     */
    static FaultProxy inFrontOf(String host, int port) {
        return Provider.INSTANCE.proxy(host, port);
    }

    /**
     * Where the proxy listens.
     *
     * @return {@code 127.0.0.1}
     */
    String host();

    /**
     * The port on which the proxy listens; the same until {@link #close()}.
     *
     * @return a port
     */
    int port();

    /**
     * The given URL with the proxy's host and port in place of its own.
     *
     * @param url a URL with an authority, such as {@code postgresql://app:secret@127.0.0.1:5432/app}
     * @return the URL through the proxy
     */
    String through(String url);

    /**
     * Delays all bytes in both directions, without limiting how many are on their way.
     *
     * @param oneWay the delay each way, so a round trip takes twice as long; zero for none
     */
    void latency(Duration oneWay);

    /**
     * Limits how fast bytes pass, for each connection and direction.
     *
     * @param bytesPerSecond the limit, at least 1
     */
    void bandwidth(long bytesPerSecond);

    /** Resets all open connections on both sides (TCP RST); new ones pass. */
    void resetAll();

    /** Accepts connections, keeps open ones, and passes nothing on, as a firewall that drops packets would. */
    void blackHole();

    /** Refuses new connections, as if no server listened; open ones continue. */
    void refuse();

    /**
     * Resets each connection after it has passed the given number of further bytes in one direction; these bytes arrive.
     *
     * @param bytes how many bytes still pass, at least 0; counted from now for open connections
     * @param direction which way to count
     */
    void cutAfter(long bytes, Direction direction);

    /** Ends all faults. Bytes held by {@link #blackHole()} are passed on. */
    void heal();

    /**
     * How many clients are connected now.
     *
     * @return open connections
     */
    int openConnections();

    /**
     * How many clients have connected since the proxy was opened.
     *
     * @return accepted connections
     */
    long acceptedConnections();

    /** Closes all connections and the port. Idempotent. */
    @Override
    void close();
}
