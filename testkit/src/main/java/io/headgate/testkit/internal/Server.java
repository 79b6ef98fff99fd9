package io.headgate.testkit.internal;

/**
 * One server, PostgreSQL or PgBouncer, as a runtime runs it: a tree of processes or a container.
 *
 * <p>All methods block until done and throw {@link io.headgate.testkit.ClusterException} when they cannot. Not
 * thread-safe: the cluster calls one at a time for each server.
 */
public interface Server {

    /**
     * The server's name, unique in its cluster.
     *
     * @return for example {@code node-1} or {@code bouncer-1}
     */
    String name();

    /**
     * Where tests reach the server. Known from the first start on, and then constant.
     *
     * @return the address on this machine
     */
    Address address();

    /**
     * Where the other servers of the cluster reach it.
     *
     * @return the address inside the cluster; equals {@link #address()} for processes on one machine
     */
    Address peerAddress();

    /** Starts the server and returns when it accepts connections. No effect when running. */
    void start();

    /** Stops the server at once but in order (PostgreSQL: fast shutdown). No effect when not running. */
    void stop();

    /** Ends all the server's processes with SIGKILL and returns when they are gone. No effect when not running. */
    void kill();

    /** Suspends all the server's processes. */
    void freeze();

    /** Undoes {@link #freeze()}; no effect when not frozen. */
    void thaw();

    /**
     * Whether the server's main process exists, frozen or not.
     *
     * @return true while it exists
     */
    boolean isRunning();

    /**
     * The end of the server's log.
     *
     * @param lines how many lines at most
     * @return the last lines, oldest first
     */
    String logTail(int lines);
}
