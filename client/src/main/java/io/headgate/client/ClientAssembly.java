package io.headgate.client;

import io.headgate.core.SqlExecutor;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.driver.SqlDriverProvider;
import io.headgate.core.error.ConfigurationException;
import io.headgate.pool.NodePool;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.node.LanesAndLeases;
import io.headgate.pool.session.SessionConnections;
import io.headgate.routing.ReplicaRouter;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/** Creates the parts of a client: driver, pool, session connections, and the layers around them. */
final class ClientAssembly {

    private static final List<String> OPTIONAL_DRIVERS = List.of("vertx", "r2dbc");

    private ClientAssembly() {}

    /** Creates a client with its own parts, except for a driver that the caller supplied. Opens no connection. */
    static Headgate of(HeadgateConfig config) {
        SqlDriver driver = config.givenDriver() == null ? namedDriver(config) : config.givenDriver();
        // without pipelining, statements of several callers would only queue on a lane
        PoolOptions options = driver.pipelines() ? config.pool() : config.pool().with(change -> change.lanes(0));
        List<NodePool> pools = config.nodes().stream()
                .<NodePool>map(each -> pool(each, config, options, driver))
                .toList();
        ReplicaSet replicas = pools.size() == 1 ? null : new ReplicaSet(config, driver, pools);
        SessionConnections sessions = sessions(config, options, driver);
        ReplicaRouter router = replicas == null ? null : replicas.router();
        SqlExecutor nodes = router == null ? pools.get(0) : router;
        SqlExecutor layers = Layers.around(new SessionNode(nodes, sessions, router), config, driver);
        return new Headgate(
                layers, pools, replicas, sessions, driver, config.givenDriver() == null, config.shutdownTimeout());
    }

    private static LanesAndLeases pool(
            ConnectionSettings settings, HeadgateConfig config, PoolOptions options, SqlDriver driver) {
        LanesAndLeases pool = LanesAndLeases.create(
                settings.node(), driver.connect(settings), options, config.listener(), Schedulers.parallel());
        HeadgateConfig.Capacity capacity = config.capacity();
        if (capacity != null) {
            pool.follow(capacity.first(), capacity.inputs());
        }
        return pool;
    }

    private static @Nullable SessionConnections sessions(HeadgateConfig config, PoolOptions options, SqlDriver driver) {
        ConnectionSettings settings = config.sessionNode();
        return settings == null
                ? null
                : SessionConnections.create(
                        settings.node(),
                        driver.connect(settings),
                        config.maxSessionConnections(),
                        options,
                        config.listener(),
                        Schedulers.parallel());
    }

    private static SqlDriver namedDriver(HeadgateConfig config) {
        int connections = config.pool().maxConnections() + config.maxSessionConnections();
        List<String> found = new ArrayList<>();
        for (SqlDriverProvider provider :
                ServiceLoader.load(SqlDriverProvider.class, ClientAssembly.class.getClassLoader())) {
            if (provider.name().equals(config.driverName())) {
                return created(() -> provider.create(config.listener(), connections));
            }
            found.add(provider.name());
        }
        throw new ConfigurationException("there is no driver \"" + config.driverName() + "\"; found are " + found
                + (OPTIONAL_DRIVERS.contains(config.driverName())
                        ? ": add the artifact headgate-driver-" + config.driverName() + ", or name another"
                        : ": name one of them, or leave the name out; " + OPTIONAL_DRIVERS
                                + " need the artifact headgate-driver-vertx or headgate-driver-r2dbc"));
    }

    /** A library of another version than the driver was built with fails when the driver's first classes are loaded. */
    static SqlDriver created(Supplier<SqlDriver> driver) {
        try {
            return driver.get();
        } catch (LinkageError e) {
            throw new ConfigurationException(
                    "the driver cannot be loaded (" + e
                            + "): another version of Netty or Reactor is on the class path, such"
                            + " as the Netty 4.1 that Spring Boot 3 manages. Headgate needs Netty 4.2: import"
                            + " io.headgate:headgate-bom in dependencyManagement, before spring-boot-dependencies where"
                            + " that is imported too",
                    e);
        }
    }
}
