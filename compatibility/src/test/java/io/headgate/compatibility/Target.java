package io.headgate.compatibility;

import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What an application puts in its URL: Headgate straight to PostgreSQL, Headgate through a PgBouncer that has fewer server
 * connections than Headgate opens, and R2DBC PostgreSQL, whose answers are those to be had from all three.
 */
public enum Target {
    HEADGATE_DIRECT,
    HEADGATE_PGBOUNCER,
    POSTGRESQL_DIRECT;

    private static final int SERVER_CONNECTIONS = 3;

    private static final Map<Target, ConnectionFactory> FACTORIES = new EnumMap<>(Target.class);

    /** Started at first use and kept for the JVM, at whose end the testkit stops it. */
    private static final class Cluster {
        private static final PostgresCluster STARTED = start();

        private static PostgresCluster start() {
            PostgresCluster cluster = PostgresCluster.builder()
                    .replicas(0)
                    .pooled(true)
                    .poolSize(SERVER_CONNECTIONS)
                    .bouncerSetting("max_client_conn", "200")
                    .start();
            cluster.primary().execute(resource("/schema.sql"));
            return cluster;
        }
    }

    /** Those with Headgate, for what the other driver cannot do or is not meant to. */
    static List<Target> headgate() {
        return Stream.of(values()).filter(Target::isHeadgate).toList();
    }

    public boolean isHeadgate() {
        return this != POSTGRESQL_DIRECT;
    }

    public PostgresNode node() {
        return Cluster.STARTED.primary();
    }

    /** The URL, with options for Headgate alone. */
    public String url(String headgateOptions) {
        String node = this == HEADGATE_PGBOUNCER ? node().pooledUrl() : node().url();
        return isHeadgate()
                ? "r2dbc:headgate" + afterScheme(node) + "?" + headgateOptions
                : "r2dbc:postgresql" + afterScheme(node);
    }

    private static String afterScheme(String url) {
        return url.substring(url.indexOf("://"));
    }

    /** Of six leases and two lanes; the tests share it. */
    public ConnectionFactory connectionFactory() {
        synchronized (FACTORIES) {
            return FACTORIES.computeIfAbsent(
                    this, target -> ConnectionFactories.get(target.url("maxConnections=8&lanes=2&acquireTimeout=10s")));
        }
    }

    /** Empties tables and has their ids begin at 1 again. */
    public void empty(String... tables) {
        node().execute("SET lock_timeout = '5s'; TRUNCATE " + String.join(", ", tables) + " RESTART IDENTITY");
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Target.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
