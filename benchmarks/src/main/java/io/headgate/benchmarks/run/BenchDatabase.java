package io.headgate.benchmarks.run;

import io.headgate.benchmarks.contender.BulkLoader;
import io.headgate.benchmarks.contender.Event;
import io.headgate.benchmarks.contender.Item;
import io.headgate.benchmarks.contender.Scenario;
import io.headgate.benchmarks.contender.Target;
import io.headgate.testkit.PgBouncer;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The database of all contenders, with its data: a cluster of the testkit, or an existing database. */
public final class BenchDatabase implements AutoCloseable {

    /** The scenario {@code users} is about the pooler's limit; elsewhere the limit must not be reached. */
    private static final int USERS_POOL_SIZE = 25;

    private static final int ROOMY_POOL_SIZE = 64;

    private final @Nullable PostgresCluster cluster;
    private final Target target;
    private final Optional<PgBouncer> bouncer;
    private final String description;

    private BenchDatabase(@Nullable PostgresCluster cluster, Target target, @Nullable PgBouncer bouncer, String text) {
        this.cluster = cluster;
        this.target = target;
        this.bouncer = Optional.ofNullable(bouncer);
        this.description = text;
    }

    /** Starts PostgreSQL with replicas, and a PgBouncer in front of each unless {@code direct}. */
    public static BenchDatabase start(Scenario scenario, boolean direct, int replicas) {
        int poolSize = scenario == Scenario.USERS ? USERS_POOL_SIZE : ROOMY_POOL_SIZE;
        var builder = PostgresCluster.builder().replicas(replicas).setting("max_connections", "300");
        if (!direct) {
            builder.pooled(true)
                    .poolSize(poolSize)
                    .maxPreparedStatements(200)
                    .bouncerSetting("max_client_conn", "1000");
        }
        PostgresCluster cluster = builder.start();
        PostgresNode node = cluster.primary();
        String version = "PostgreSQL " + node.queryValue("SHOW server_version")
                + (replicas == 0 ? "" : replicas == 1 ? " with a replica," : " with " + replicas + " replicas,");
        Function<PostgresNode, Target> address = each -> Target.parse(direct ? each.url() : each.pooledUrl());
        Target target = address.apply(node)
                .withReplicas(cluster.replicas().stream().map(address).toList());
        return direct
                ? new BenchDatabase(cluster, target, null, version + " directly")
                : new BenchDatabase(
                        cluster,
                        target,
                        node.bouncer(),
                        version + " through PgBouncer " + node.bouncer().version()
                                + " in transaction mode, default_pool_size " + poolSize
                                + (scenario == Scenario.USERS ? "" : " (too many to bind)"));
    }

    /** Uses an existing database and creates tables {@code bench_*} in it. */
    public static BenchDatabase at(String url) {
        Target target = Target.parse(url);
        return new BenchDatabase(null, target, null, "what is at " + target);
    }

    /** Creates and fills the tables, unless they exist. */
    public void load() {
        execute("CREATE TABLE IF NOT EXISTS bench_item (id bigint PRIMARY KEY, title text NOT NULL)");
        execute("CREATE TABLE IF NOT EXISTS bench_account (id bigint PRIMARY KEY, balance bigint NOT NULL)"
                + " WITH (fillfactor = 70)");
        execute("CREATE TABLE IF NOT EXISTS " + BulkLoader.TABLE + " (id bigint NOT NULL, title text NOT NULL)");
        execute("CREATE TABLE IF NOT EXISTS " + Event.TABLE + " (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                + " item bigint NOT NULL, note text NOT NULL)");
        execute("INSERT INTO bench_item SELECT n, 'Item number ' || n FROM generate_series(1, " + Item.COUNT
                + ") n ON CONFLICT DO NOTHING");
        execute("INSERT INTO bench_account SELECT n, 0 FROM generate_series(1, " + Item.COUNT
                + ") n ON CONFLICT DO NOTHING");
        execute("VACUUM ANALYZE bench_item");
        execute("VACUUM ANALYZE bench_account");
        if (cluster != null) {
            cluster.awaitReplicasCaughtUp();
        }
    }

    /** Gives every contender the same start: no inserted rows and no server connections of the previous contender. */
    void clean() {
        execute("TRUNCATE " + BulkLoader.TABLE + ", " + Event.TABLE);
        endServerConnections();
    }

    private void endServerConnections() {
        bouncer.ifPresent(PgBouncer::reconnect);
        if (cluster != null && bouncer.isPresent()) {
            cluster.replicas().forEach(each -> each.bouncer().reconnect());
        }
    }

    /** Look-ups so far, on the primary and on each replica. A server counts those of a connection within a second, or at its end. */
    long[] lookups() {
        if (cluster == null) {
            throw new IllegalStateException("only the nodes of an own cluster are known");
        }
        endServerConnections();
        return Stream.concat(Stream.of(cluster.primary()), cluster.replicas().stream())
                .mapToLong(each -> Long.parseLong(
                        each.queryValue("SELECT idx_scan::text FROM pg_stat_user_tables WHERE relname = 'bench_item'")))
                .toArray();
    }

    /** A new connection to the primary. */
    Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", target.user());
        properties.setProperty("password", target.password());
        properties.setProperty("prepareThreshold", "0");
        return DriverManager.getConnection(target.jdbcUrl(), properties);
    }

    private void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("the database at " + target + " refuses: " + e.getMessage(), e);
        }
    }

    /** The address for the contenders. */
    public Target target() {
        return target;
    }

    /** The PgBouncer, if this benchmark started it. */
    Optional<PgBouncer> bouncer() {
        return bouncer;
    }

    /** A description for the output. */
    public String describe() {
        return description;
    }

    @Override
    public void close() {
        if (cluster != null) {
            cluster.close();
        }
    }
}
