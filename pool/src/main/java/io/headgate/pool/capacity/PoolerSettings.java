package io.headgate.pool.capacity;

import java.time.Duration;
import java.util.Locale;

/**
 * The settings of a PgBouncer that limit a pool in front of it, for one database and user. If several PgBouncer processes stand
 * before one database ({@code so_reuseport}, several hosts), give the sums over all processes that one service may reach.
 *
 * @param poolSize server connections for each database and user ({@code pool_size}, else {@code default_pool_size}); 1 or
 *     more; default 20
 * @param reservePoolSize further server connections, which PgBouncer opens when clients wait long ({@code reserve_pool_size});
 *     0 or more; default 0. Not part of the budget
 * @param maxClientConnections most client connections of the whole PgBouncer ({@code max_client_conn}); 1 or more;
 *     default 100
 * @param maxDatabaseConnections most server connections for the database over all users ({@code max_db_connections});
 *     0 means no limit; default 0
 * @param maxUserConnections most server connections for the user over all databases ({@code max_user_connections}); 0
 *     means no limit; default 0
 * @param queryWaitTimeout longest time a client waits for a server connection ({@code query_wait_timeout}); 0 to a day, zero means no
 *     limit; default 120 s
 * @param poolMode {@code transaction}, {@code statement} or {@code session}; default transaction, the mode that Headgate is
 *     made for (PgBouncer's own default is session)
 * @see <a href="https://www.pgbouncer.org/config.html">PgBouncer, Configuration</a>
 */
public record PoolerSettings(
        int poolSize,
        int reservePoolSize,
        int maxClientConnections,
        int maxDatabaseConnections,
        int maxUserConnections,
        Duration queryWaitTimeout,
        String poolMode) {

    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    private static final PoolerSettings DEFAULTS =
            new PoolerSettings(20, 0, 100, 0, 0, Duration.ofMinutes(2), "transaction");

    public PoolerSettings {
        Require.from(1, "poolSize", poolSize);
        Require.from(0, "reservePoolSize", reservePoolSize);
        Require.from(1, "maxClientConnections", maxClientConnections);
        Require.from(0, "maxDatabaseConnections", maxDatabaseConnections);
        Require.from(0, "maxUserConnections", maxUserConnections);
        if (queryWaitTimeout.isNegative() || queryWaitTimeout.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("queryWaitTimeout is " + queryWaitTimeout
                    + "; it must be from 0, for no limit, to " + LONGEST_WAIT);
        }
        poolMode = poolMode.toLowerCase(Locale.ROOT);
        if (!poolMode.equals("transaction") && !poolMode.equals("statement") && !poolMode.equals("session")) {
            throw new IllegalArgumentException(
                    "poolMode is \"" + poolMode + "\"; it is one of transaction, statement, session");
        }
    }

    /** PgBouncer's own defaults, in transaction mode. */
    public static PoolerSettings defaults() {
        return DEFAULTS;
    }

    /** These settings with another {@link #poolSize}. */
    public PoolerSettings poolSize(int connections) {
        return new PoolerSettings(
                connections,
                reservePoolSize,
                maxClientConnections,
                maxDatabaseConnections,
                maxUserConnections,
                queryWaitTimeout,
                poolMode);
    }

    /** These settings with another {@link #reservePoolSize}. */
    public PoolerSettings reservePoolSize(int connections) {
        return new PoolerSettings(
                poolSize,
                connections,
                maxClientConnections,
                maxDatabaseConnections,
                maxUserConnections,
                queryWaitTimeout,
                poolMode);
    }

    /** These settings with another {@link #maxClientConnections}. */
    public PoolerSettings maxClientConnections(int connections) {
        return new PoolerSettings(
                poolSize,
                reservePoolSize,
                connections,
                maxDatabaseConnections,
                maxUserConnections,
                queryWaitTimeout,
                poolMode);
    }

    /** These settings with another {@link #maxDatabaseConnections}. */
    public PoolerSettings maxDatabaseConnections(int connections) {
        return new PoolerSettings(
                poolSize,
                reservePoolSize,
                maxClientConnections,
                connections,
                maxUserConnections,
                queryWaitTimeout,
                poolMode);
    }

    /** These settings with another {@link #queryWaitTimeout}. */
    public PoolerSettings queryWaitTimeout(Duration timeout) {
        return new PoolerSettings(
                poolSize,
                reservePoolSize,
                maxClientConnections,
                maxDatabaseConnections,
                maxUserConnections,
                timeout,
                poolMode);
    }

    /** The most server connections that PgBouncer opens for the service without its reserve. */
    int budget() {
        int budget = poolSize;
        if (maxDatabaseConnections > 0) {
            budget = Math.min(budget, maxDatabaseConnections);
        }
        return maxUserConnections > 0 ? Math.min(budget, maxUserConnections) : budget;
    }

    /** The setting that gives {@link #budget()} its value. */
    String budgetSetting() {
        if (budget() == poolSize) {
            return "pool_size";
        }
        return budget() == maxDatabaseConnections ? "max_db_connections" : "max_user_connections";
    }
}
