package io.headgate.samples.music.demo;

import io.headgate.routing.RoutingStatistics;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.springframework.web.server.WebFilter;

/** One half of the demo: the service on one driver, with a PostgreSQL cluster and PgBouncers of its own, and what its users see of it. */
final class Side implements AutoCloseable {

    /** Server connections of each PgBouncer, and connections of the driver to it. */
    static final int CONNECTIONS = 8;

    private static final Duration LOADING = Duration.ofSeconds(60);

    private final Driver driver;
    private final PostgresCluster cluster;
    private final Instruments instruments;
    private final ServerConnections connections;
    private final Plays plays = new Plays();
    private final Probe probe = new Probe(plays);
    private final LiveFigures live = new LiveFigures();
    private final Pooler pooler;
    private final RunningService service;

    private Side(Driver driver, PostgresCluster cluster, int port, DemoPage page) throws SQLException {
        this.driver = driver;
        this.cluster = cluster;
        this.instruments = Instruments.of(driver);
        this.pooler = new Pooler(database().bouncer());
        this.connections = new ServerConnections(cluster.nodes());
        this.service = RunningService.start(port, r2dbcUrl(), database().jdbcUrl(), context -> {
            context.registerBean("demoProbe", WebFilter.class, () -> probe);
            page.addTo(context);
            instruments.addTo(context, r2dbcUrl());
        });
    }

    static PostgresCluster startCluster(Driver driver) {
        return PostgresCluster.builder()
                .pooled(true)
                .poolSize(CONNECTIONS)
                .replicas(driver.replicas())
                .start();
    }

    /** Starts the service; closing the side leaves the cluster to the caller. */
    static Side start(Driver driver, PostgresCluster cluster, int port, DemoPage page) throws SQLException {
        return new Side(driver, cluster, port, page);
    }

    /** Fills the database through the service's API, and gives the tracks' ids. */
    List<Long> load() {
        MusicClient client = new MusicClient(url(), CONNECTIONS, LOADING);
        return Objects.requireNonNull(GeneratedCatalogue.load(client).block());
    }

    Driver driver() {
        return driver;
    }

    String title() {
        return driver.title();
    }

    /** Where the service is. */
    String url() {
        return service.url();
    }

    /** Where the service finds its database. */
    String r2dbcUrl() {
        return driver.url(nodes().stream().map(PostgresNode::pooledUrl).toList(), CONNECTIONS);
    }

    /** The primary. */
    PostgresNode database() {
        return cluster.primary();
    }

    List<PostgresNode> replicas() {
        return cluster.replicas();
    }

    List<PostgresNode> nodes() {
        return cluster.nodes();
    }

    Pooler pooler() {
        return pooler;
    }

    Plays plays() {
        return plays;
    }

    Probe probe() {
        return probe;
    }

    LiveFigures live() {
        return live;
    }

    ServerConnections connections() {
        return connections;
    }

    /** Where the driver sent its calls since the start. */
    RoutingStatistics routing() {
        return instruments.routing(service.context());
    }

    PoolView pool() {
        return instruments.look(service.context());
    }

    @Override
    public void close() {
        service.close();
        connections.close();
    }
}
