package io.headgate.pool.capacity;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A plan as settings of another library's pool. Such a pool has no lanes: its size is the sum of lanes and leases.
 *
 * <p>Idle connections beyond the minimum are closed after 10 minutes, as PgBouncer does with its own
 * ({@code server_idle_timeout}), and all after 30, so that a changed address, certificate or role reaches every one.
 *
 * @param library the library that the settings are for
 * @param values name of each setting and its value as Java code has it, in the order of {@code code}
 * @param code Java to paste into a program, without imports
 */
public record PlainPoolSettings(String library, Map<String, String> values, String code) {

    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final Duration LIFETIME = Duration.ofMinutes(30);

    public PlainPoolSettings {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    static PlainPoolSettings r2dbcPool(CapacityPlan plan) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("initialSize", Integer.toString(plan.minConnections()));
        values.put("minIdle", Integer.toString(plan.minConnections()));
        values.put("maxSize", Integer.toString(plan.maxConnections()));
        values.put("maxAcquireTime", java(plan.acquireTimeout()));
        values.put("maxIdleTime", java(IDLE));
        values.put("maxLifeTime", java(LIFETIME));
        // checks only whether the socket is open: a query each time would cost a round trip
        values.put("validationDepth", "ValidationDepth.LOCAL");
        return new PlainPoolSettings(
                "r2dbc-pool",
                values,
                "ConnectionPoolConfiguration configuration = ConnectionPoolConfiguration.builder(connectionFactory)"
                        + calls(values, "")
                        + "\n        .build();\n");
    }

    static PlainPoolSettings vertxPool(CapacityPlan plan) {
        Map<String, String> pool = new LinkedHashMap<>();
        pool.put("maxSize", Integer.toString(plan.maxConnections()));
        pool.put("maxWaitQueueSize", Integer.toString(plan.maxWaiting()));
        // Vert.x takes whole numbers in a unit of its own for each
        pool.put(
                "connectionTimeout",
                Long.toString(Math.max(1, plan.acquireTimeout().toMillis())));
        pool.put("connectionTimeoutUnit", "TimeUnit.MILLISECONDS");
        pool.put("idleTimeout", Long.toString(IDLE.toMinutes()));
        pool.put("idleTimeoutUnit", "TimeUnit.MINUTES");
        pool.put("maxLifetime", Long.toString(LIFETIME.toMinutes()));
        pool.put("maxLifetimeUnit", "TimeUnit.MINUTES");
        Map<String, String> connection = Map.of("pipeliningLimit", Integer.toString(Math.max(1, plan.laneDepth())));
        Map<String, String> values = new LinkedHashMap<>(pool);
        values.putAll(connection);
        return new PlainPoolSettings(
                "vertx-pg-client",
                values,
                "PoolOptions poolOptions = new PoolOptions()" + calls(pool, "set") + ";\n"
                        + "PgConnectOptions connectOptions = PgConnectOptions.fromUri(uri)" + calls(connection, "set")
                        + ";\n");
    }

    private static String calls(Map<String, String> values, String prefix) {
        StringBuilder calls = new StringBuilder();
        values.forEach((name, value) -> calls.append("\n        .")
                .append(prefix.isEmpty() ? name : prefix + Character.toUpperCase(name.charAt(0)) + name.substring(1))
                .append('(')
                .append(value)
                .append(')'));
        return calls.toString();
    }

    private static String java(Duration duration) {
        return "Duration.ofMillis(" + Math.max(1, duration.toMillis()) + ")";
    }

    /** The code. */
    @Override
    public String toString() {
        return code;
    }
}
