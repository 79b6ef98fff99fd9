package io.headgate.testkit;

import java.util.List;
import java.util.Map;

/**
 * The PgBouncer in front of one node, in transaction mode, with its admin console and fault injection.
 *
 * <p>Console commands use their own connection to the database {@code pgbouncer}, as user {@code postgres}.
 */
public interface PgBouncer {

    /**
     * The version that the running binary reports.
     *
     * @return for example {@code 1.24.1}
     */
    String version();

    /**
     * Where clients on this machine reach PgBouncer.
     *
     * @return an address or host name
     */
    String host();

    /**
     * The TCP port; the same through every restart.
     *
     * @return a port
     */
    int port();

    /**
     * A proxy in front of PgBouncer, created at the first call and healed by {@link PostgresCluster#reset()}.
     *
     * @return this pooler's proxy
     */
    FaultProxy proxy();

    /**
     * Runs {@code SHOW} on the admin console.
     *
     * @param what for example {@code POOLS}, {@code SERVERS}, {@code CONFIG}
     * @return the rows, each a map from column to its value as text in the columns' order; an absent value is the empty text
     * @throws ClusterException when PgBouncer does not answer or refuses
     */
    List<Map<String, String>> show(String what);

    /**
     * Runs any command on the admin console.
     *
     * @param command for example {@code SET query_wait_timeout = 1}
     * @throws ClusterException when PgBouncer does not answer or refuses
     */
    void command(String command);

    /** {@code PAUSE}: waits for running transactions to end, then holds new ones back. */
    void pause();

    /** {@code RESUME} after {@link #pause()} or {@link #killDatabase()}. No effect otherwise. */
    void resume();

    /** {@code KILL} of the application's database: drops its connections at once, holds new ones until {@link #resume()}. */
    void killDatabase();

    /** {@code RECONNECT}: replaces each server connection as soon as it is free. */
    void reconnect();

    /** {@code RELOAD}: reads the configuration again, which undoes what {@code SET} changed. */
    void reload();

    /**
     * Whether the process exists, frozen or not.
     *
     * @return true from start until stop, kill or crash
     */
    boolean isRunning();

    /** Starts PgBouncer on the same port and waits until it accepts connections. No effect on a running one. */
    void start();

    /** Shuts PgBouncer down at once: clients are disconnected, with or without the error {@code pooler is shutting down}. */
    void stop();

    /** Stops, if running, and starts again on the same port. */
    void restart();

    /** Kills the process with SIGKILL. */
    void kill();

    /** Suspends the process with SIGSTOP: connections stay open, nothing answers. */
    void freeze();

    /** Resumes a frozen PgBouncer. */
    void thaw();

    /**
     * The end of PgBouncer's log.
     *
     * @param lines how many lines at most
     * @return the last lines, oldest first
     */
    String logTail(int lines);
}
