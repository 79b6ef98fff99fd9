package io.headgate.compatibility;

import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresClusterBuilder;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an application puts in its URL: Headgate straight to PostgreSQL, Headgate through a PgBouncer that has fewer server
 * connections than Headgate opens, Headgate over three such nodes, and R2DBC PostgreSQL, whose answers are those to be had from all.
 */
public enum Target {
    HEADGATE_DIRECT,
    HEADGATE_PGBOUNCER,
    HEADGATE_REPLICAS,
    POSTGRESQL_DIRECT;

    private static final int SERVER_CONNECTIONS = 3;

    private static final Map<Target, ConnectionFactory> FACTORIES = new EnumMap<>(Target.class);

    /** Started at first use and kept for the JVM, at whose end the testkit stops it. */
    private static final class OneNode {
        private static final PostgresCluster STARTED =
                withSchema(builder().replicas(0).start());
    }

    /** As {@link OneNode}. The tests' own writes wait for the replicas, because the client knows nothing of them. */
    private static final class ThreeNodes {
        private static final PostgresCluster STARTED = start();

        private static PostgresCluster start() {
            PostgresCluster cluster = builder()
                    .replicas(2)
                    .setting("synchronous_standby_names", "ANY 2 (*)")
                    .setting("synchronous_commit", "local")
                    .start();
            cluster.primary().execute("ALTER ROLE CURRENT_USER SET synchronous_commit = remote_apply");
            return withSchema(cluster);
        }
    }

    private static PostgresClusterBuilder builder() {
        return PostgresCluster.builder()
                .pooled(true)
                .poolSize(SERVER_CONNECTIONS)
                .bouncerSetting("max_client_conn", "200");
    }

    private static PostgresCluster withSchema(PostgresCluster cluster) {
        cluster.primary().execute(resource("/schema.sql"));
        return cluster;
    }

    /** Those with Headgate, for what the other driver cannot do or is not meant to. */
    static List<Target> headgate() {
        return Stream.of(values()).filter(Target::isHeadgate).toList();
    }

    public boolean isHeadgate() {
        return this != POSTGRESQL_DIRECT;
    }

    public PostgresCluster cluster() {
        return this == HEADGATE_REPLICAS ? ThreeNodes.STARTED : OneNode.STARTED;
    }

    /** The primary. */
    public PostgresNode node() {
        return cluster().primary();
    }

    /** The URL, with options for Headgate alone. */
    public String url(String headgateOptions) {
        return switch (this) {
            case HEADGATE_DIRECT -> "r2dbc:headgate" + afterScheme(node().url()) + "?" + headgateOptions;
            case HEADGATE_PGBOUNCER -> "r2dbc:headgate" + afterScheme(node().pooledUrl()) + "?" + headgateOptions;
            case HEADGATE_REPLICAS -> "r2dbc:headgate" + afterScheme(ofAllNodes()) + "?" + headgateOptions;
            case POSTGRESQL_DIRECT -> "r2dbc:postgresql" + afterScheme(node().url());
        };
    }

    private String ofAllNodes() {
        String hosts = cluster().nodes().stream()
                .map(each -> each.pooledUrl().replaceAll("^.*@|/[^/]*$", ""))
                .collect(Collectors.joining(","));
        return node().pooledUrl().replaceAll("@[^/]*", "@" + hosts);
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
