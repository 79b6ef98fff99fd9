package io.headgate.testkit;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL server of a cluster, with fault injection.
 *
 * <p>SQL given to {@link #query} and {@link #execute} goes straight to PostgreSQL, as superuser, over its own connection, which
 * is closed afterwards. So session state does not last from one call to the next.
 */
public interface PostgresNode {

    /**
     * The node's name within its cluster.
     *
     * @return {@code node-1} for the first node
     */
    String name();

    /**
     * Where clients on this machine reach PostgreSQL.
     *
     * @return an address or host name
     */
    String host();

    /**
     * The TCP port of PostgreSQL; the same through every restart.
     *
     * @return a port
     */
    int port();

    /**
     * The URL of the application's database on PostgreSQL itself.
     *
     * @return {@code postgresql://user:password@host:port/database}
     */
    String url();

    /**
     * The URL of the application's database through this node's PgBouncer.
     *
     * @return {@code postgresql://user:password@host:port/database}
     * @throws IllegalStateException when the cluster was started without {@code pooled(true)}
     */
    String pooledUrl();

    /**
     * The JDBC URL of the application's database on PostgreSQL itself, with user and password.
     *
     * @return {@code jdbc:postgresql://host:port/database?user=...&password=...}
     */
    String jdbcUrl();

    /**
     * The PgBouncer in front of this node.
     *
     * @return the pooler
     * @throws IllegalStateException when the cluster was started without {@code pooled(true)}
     */
    PgBouncer bouncer();

    /**
     * A proxy in front of PostgreSQL, created at the first call and healed by {@link PostgresCluster#reset()}.
     *
     * @return this node's proxy
     */
    FaultProxy proxy();

    /**
     * Runs a query as superuser in the application's database.
     *
     * @param sql one statement, with {@code ?} for each argument
     * @param arguments the arguments in order
     * @return the rows, each a map from column label to value in the columns' order
     * @throws ClusterException when the node does not answer or refuses the statement, or when two columns have the same
     *     label; the cause is the {@code SQLException}
     */
    List<Map<String, @Nullable Object>> query(String sql, @Nullable Object... arguments);

    /**
     * Runs a query that gives one row with one column, as superuser in the application's database.
     *
     * @param sql one statement, with {@code ?} for each argument
     * @param arguments the arguments in order
     * @return the value as text, or null when it is SQL NULL
     * @throws ClusterException when there is not exactly one value, or as for {@link #query}
     */
    @Nullable
    String queryValue(String sql, @Nullable Object... arguments);

    /**
     * Runs statements as superuser in the application's database.
     *
     * @param sql one statement, or several separated by semicolons when there are no arguments
     * @param arguments the arguments in order
     * @return the number of rows that the first statement changed, 0 when it has no such number
     * @throws ClusterException when the node does not answer or refuses a statement; the cause is the {@code SQLException}
     */
    long execute(String sql, @Nullable Object... arguments);

    /**
     * Whether the server reports that it is not in recovery.
     *
     * @return true on a primary
     * @throws ClusterException when the node does not answer
     */
    boolean isPrimary();

    /**
     * Whether the server's process exists, frozen or not.
     *
     * @return true from start until stop, kill or crash
     */
    boolean isRunning();

    /** Starts the server and waits until it accepts connections. No effect on a running one. */
    void start();

    /** Stops the server the way {@code pg_ctl stop -m fast} does: clients are disconnected. No effect on a stopped one. */
    void stop();

    /** Stops, if running, and starts again on the same port. */
    void restart();

    /** Kills the postmaster and all its children with SIGKILL, as if the machine had lost power. */
    void kill();

    /** Suspends all processes of the server with SIGSTOP: connections stay open, nothing answers. */
    void freeze();

    /** Resumes a frozen server. */
    void thaw();

    /**
     * Makes this replica a primary and waits until it accepts writes. The old primary keeps running: kill it first, or there
     * are two primaries.
     *
     * @throws ClusterException when this node is not a replica
     */
    void promote();

    /**
     * Makes this node a streaming replica of another one and starts it if it is down. A running replica is redirected without a
     * restart. A former primary, a node that is down, or a replica whose history has diverged is cloned anew and loses its own
     * data.
     *
     * @param upstream the node to stream from; must be running
     */
    void follow(PostgresNode upstream);

    /**
     * Stops replaying WAL on this replica; it still receives WAL. This makes real lag.
     *
     * @throws ClusterException when this node is not a replica
     */
    void pauseReplay();

    /** Resumes replaying WAL on this replica. */
    void resumeReplay();

    /**
     * Terminates every client backend except the caller's, with {@code pg_terminate_backend}: clients see 57P01.
     *
     * @return how many backends were signalled
     */
    int killBackends();

    /**
     * Terminates client backends with {@code pg_terminate_backend}: clients see 57P01.
     *
     * @param predicate a condition over {@code pg_stat_activity}, such as {@code usename = 'app'}
     * @return how many backends were signalled
     */
    int killBackends(String predicate);

    /**
     * Kills one server process with SIGKILL. PostgreSQL then drops all connections and recovers, as after a crash. This method
     * waits until it accepts connections again.
     *
     * @param pid a process id as {@code pg_backend_pid()} gives it
     */
    void crashBackend(int pid);

    /**
     * The end of the server's log.
     *
     * @param lines how many lines at most
     * @return the last lines, oldest first
     */
    String logTail(int lines);
}
