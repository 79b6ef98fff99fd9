package io.headgate.routing;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.driver.netty.NettyDriver;
import io.headgate.pool.NodePool;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.node.LanesAndLeases;
import io.headgate.routing.catalog.CatalogQueries;
import io.headgate.routing.catalog.ReadCatalog;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import reactor.core.scheduler.Schedulers;

/** A primary and a replica with {@code proof-schema.sql}, and the classifier with the catalog of that database. */
final class ProofDatabase implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final PostgresCluster cluster;
    private final SqlDriver driver = NettyDriver.withOwnLoops(DataAccessListener.NONE);
    private final NodePool pool;
    private final ReadClassifier classifier = new ReadClassifier();

    ProofDatabase() {
        cluster = PostgresCluster.builder().replicas(1).start();
        ConnectionSettings settings = ConnectionSettings.parse(cluster.primary().url());
        pool = LanesAndLeases.create(
                settings.node(),
                driver.connect(settings),
                PoolOptions.builder().acquireTimeout(SOON).build(),
                DataAccessListener.NONE,
                Schedulers.parallel());
        // as superuser, because policies do not apply to the owner of a table
        lines("/proof-schema.sql", "--").forEach(cluster.primary()::execute);
        cluster.awaitReplicasCaughtUp();
        classifier.catalog(load());
    }

    /** The lines of a resource without blank ones and comments. */
    static List<String> lines(String resource, String comment) {
        try (InputStream in = Objects.requireNonNull(ProofDatabase.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith(comment))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ReadCatalog load() {
        return Objects.requireNonNull(
                CatalogQueries.load(pool, Set.of(), Set.of()).block(SOON));
    }

    ReadClassifier classifier() {
        return classifier;
    }

    PostgresNode primary() {
        return cluster.primary();
    }

    /** A connection of the application's user, whom policies apply to. */
    Connection connectToPrimary() throws SQLException {
        return connect(cluster.primary());
    }

    Connection connectToReplica() throws SQLException {
        return connect(cluster.replicas().get(0));
    }

    private static Connection connect(PostgresNode node) throws SQLException {
        return DriverManager.getConnection(
                node.jdbcUrl() + "&preferQueryMode=simple&options=-c%20statement_timeout=5s");
    }

    @Override
    public void close() {
        pool.close(SOON).block(SOON);
        driver.close().block(SOON);
        cluster.close();
    }
}
