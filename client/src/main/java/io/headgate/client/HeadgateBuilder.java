package io.headgate.client;

import io.headgate.core.SqlExecutor;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.driver.SqlDriverProvider;
import io.headgate.core.driver.support.GuardedListener;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.pool.NodePool;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.PoolOptionsBuilder;
import io.headgate.pool.SessionConnections;
import io.headgate.pool.capacity.CapacityPlan;
import io.headgate.pool.guard.GuardPolicy;
import io.headgate.pool.guard.TransactionModeGuard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Settings of a {@link Headgate}. Each setter checks its value at once; {@link #build} checks them together. */
public final class HeadgateBuilder {

    /** PostgreSQL's default of {@code max_connections}. */
    private static final int POSTGRES_DEFAULT_CONNECTIONS = 100;

    private @Nullable ConnectionSettings node;
    private @Nullable CapacityPlan capacity;
    private UnaryOperator<CapacityPlan.Builder> capacityInputs = UnaryOperator.identity();
    private @Nullable ConnectionSettings sessionNode;
    private int maxSessionConnections = 2;
    private GuardPolicy guardPolicy = GuardPolicy.REFUSE;
    private @Nullable Mono<Credentials> credentials;
    private final PoolOptionsBuilder pool = PoolOptions.builder();
    private Duration shutdownTimeout = Duration.ofSeconds(30);
    private @Nullable SqlDriver driver;
    private String driverName = "netty";
    private @Nullable DataAccessListener listener;

    HeadgateBuilder() {}

    /**
     * The PgBouncer or PostgreSQL to use.
     *
     * @param url {@code postgresql://user:password@host:port/database}, with parameters such as {@code sslmode} (disable, prefer,
     *     require, verify-ca, verify-full; default prefer), {@code sslrootcert}, {@code connect_timeout} in seconds (5),
     *     {@code application_name} (headgate), {@code statement_cache_size} (200), {@code max_value_bytes} (64 MiB), {@code max_result_rows}
     *     (1,000,000) and {@code max_result_bytes} (64 MiB) of a result that is not streamed; the README lists all
     * @throws ConfigurationException if it is malformed; the message names the part
     */
    public HeadgateBuilder node(String url) {
        return node(ConnectionSettings.parse(url));
    }

    /** The PgBouncer or PostgreSQL to use, by its settings. */
    public HeadgateBuilder node(ConnectionSettings settings) {
        if (node != null) {
            throw new ConfigurationException("a node is set already (" + node + ") and " + settings
                    + " would be the second; this version serves one node");
        }
        node = settings;
        return this;
    }

    /**
     * PostgreSQL itself, without a pooler, for {@link Headgate#sessionConnection}; none by default. The same server as the
     * node's, else a lock taken there protects nothing here.
     *
     * @param url as that of {@link #node(String)}
     * @throws ConfigurationException if it is malformed; the message names the part
     */
    public HeadgateBuilder sessionNode(String url) {
        return sessionNode(ConnectionSettings.parse(url));
    }

    /** PostgreSQL itself, without a pooler, by its settings. */
    public HeadgateBuilder sessionNode(ConnectionSettings settings) {
        if (sessionNode != null) {
            throw new ConfigurationException(
                    "a session node is set already (" + sessionNode + ") and " + settings + " would be the second");
        }
        sessionNode = settings;
        return this;
    }

    /**
     * Most session connections open at once; one more use is refused at once.
     *
     * @param connections at least 1; default 2: one for a lock that is held for as long as the service lives and one for
     *     work that comes and goes. Each takes one of PostgreSQL's own connections in every instance, past the pooler's
     *     budget
     */
    public HeadgateBuilder maxSessionConnections(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException("maxSessionConnections is " + connections + "; it must be at least 1");
        }
        maxSessionConnections = connections;
        return this;
    }

    /**
     * What is done with statements that leave something in the session, which a pooler in transaction mode, and this
     * library's own pool, hand to somebody else.
     *
     * @param policy default {@link GuardPolicy#REFUSE}, whether or not a pooler stands between, so that nothing breaks when
     *     one is put there; BEGIN, COMMIT and SAVEPOINT as text are refused under every policy
     */
    public HeadgateBuilder transactionModeGuard(GuardPolicy policy) {
        guardPolicy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Asked for user and password at each new connection, those of the session node included, in place of those of the URL,
     * so that passwords may rotate.
     */
    public HeadgateBuilder credentials(Mono<Credentials> supplier) {
        credentials = Objects.requireNonNull(supplier, "supplier");
        return this;
    }

    /**
     * Most connections open at once, lanes and leases together.
     *
     * @param connections at least 1; default 16, a fifth of a database's hundred connections less a margin of a fifth. The
     *     sum over all instances must stay below the pooler's {@code max_client_conn}
     */
    public HeadgateBuilder maxConnections(int connections) {
        pool.maxConnections(connections);
        return this;
    }

    /**
     * Has the pool sized by calculation, from what the application knows and the database tells:
     *
     * <pre>{@code .capacity(c -> c.instances(5).peakRequestsPerSecond(1_000))}</pre>
     *
     * <p>The pool begins with PostgreSQL's default of 100 connections, shared by the instances; after the first use it is
     * planned, every minute anew, with the limits that the database tells, and kept warm for the load that is measured.
     * PgBouncer's limits are on its console, which asks for other rights: give them by {@link CapacityPlan.Builder#pooler}.
     * Settings made after this one take precedence until the first planning.
     *
     * @param inputs puts in what the application knows; called now, and
     *     again each time the pool is planned: it may put in a number of instances that changes
     */
    public HeadgateBuilder capacity(UnaryOperator<CapacityPlan.Builder> inputs) {
        CapacityPlan plan = inputs.apply(CapacityPlan.builder().maxConnections(POSTGRES_DEFAULT_CONNECTIONS))
                .build();
        capacityInputs = inputs;
        capacity = plan;
        pool.maxConnections(plan.maxConnections())
                .lanes(plan.lanes())
                .minIdle(Math.min(1, plan.maxLeases()))
                .maxWaiting(plan.maxWaiting())
                .acquireTimeout(plan.acquireTimeout());
        if (plan.lanes() > 0) {
            pool.laneDepth(plan.laneDepth());
        }
        return this;
    }

    /**
     * Further settings of the pool: lanes, idle and life times, limits. See {@link PoolOptionsBuilder}.
     *
     * @param change called at once with the settings as they are
     */
    public HeadgateBuilder pool(Consumer<PoolOptionsBuilder> change) {
        change.accept(pool);
        return this;
    }

    /**
     * Most callers that wait for a lease, and as many again for a place on a lane; one more is refused at once.
     *
     * @param callers 0 or more; default 1,000
     */
    public HeadgateBuilder maxWaiting(int callers) {
        pool.maxWaiting(callers);
        return this;
    }

    /**
     * Longest wait for a connection.
     *
     * @param timeout positive; default 5 s, far below PgBouncer's own limit for waiting of 120 s
     */
    public HeadgateBuilder acquireTimeout(Duration timeout) {
        pool.acquireTimeout(timeout);
        return this;
    }

    /**
     * How long {@link Headgate#close} may take; it lets running work go on until a second before, or half of it if that is
     * later.
     *
     * @param timeout zero or more; default 30 s, what orchestrators give a process between SIGTERM and SIGKILL
     */
    public HeadgateBuilder shutdownTimeout(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("shutdownTimeout is " + timeout + "; it must not be negative");
        }
        shutdownTimeout = timeout;
        return this;
    }

    /** Another driver than the default; the caller closes it, after the client. */
    public HeadgateBuilder driver(SqlDriver otherDriver) {
        driver = Objects.requireNonNull(otherDriver, "otherDriver");
        return this;
    }

    /**
     * Another driver than the default, by its name; the client closes it.
     *
     * @param name {@code netty}, the default, {@code vertx} or {@code r2dbc}; of the latter two the artifact, such as
     *     {@code headgate-driver-vertx}, has to be on the class path
     */
    public HeadgateBuilder driver(String name) {
        driverName = Objects.requireNonNull(name, "name");
        driver = null;
        return this;
    }

    /** Told what happens in pool and driver. A driver given by {@link #driver} has its own listener. */
    public HeadgateBuilder listener(DataAccessListener told) {
        listener = Objects.requireNonNull(told, "told");
        return this;
    }

    /**
     * The client. Connects to nothing yet. Each call gives a client of its own, with a driver of its own unless one was given
     * by {@link #driver(SqlDriver)}; the builder stays as it is.
     *
     * @throws ConfigurationException if no node is set, or the driver named is not there
     */
    public Headgate build() {
        if (node == null) {
            throw new ConfigurationException(
                    "no node is set; say where PgBouncer or PostgreSQL is: .node(\"postgresql://user:password@host:6432/database\")");
        }
        ConnectionSettings settings = withCredentials(node);
        DataAccessListener told = listener == null ? DataAccessListener.NONE : GuardedListener.of(listener);
        PoolOptions options = pool.build();
        SqlDriver used = driver == null ? namedDriver(told, options.maxConnections()) : driver;
        if (!used.pipelines()) {
            options = options.with(change -> change.lanes(0));
        }
        NodePool nodePool =
                NodePool.create(settings.node(), used.connect(settings), options, told, Schedulers.parallel());
        if (capacity != null) {
            nodePool.follow(capacity, capacityInputs);
        }
        SqlExecutor guarded = new TransactionModeGuard(nodePool, guardPolicy);
        return new Headgate(nodePool, guarded, sessions(used, options), used, driver == null, shutdownTimeout);
    }

    private SqlDriver namedDriver(DataAccessListener told, int poolConnections) {
        List<String> found = new ArrayList<>();
        for (SqlDriverProvider provider :
                ServiceLoader.load(SqlDriverProvider.class, getClass().getClassLoader())) {
            if (provider.name().equals(driverName)) {
                return created(() -> provider.create(told, poolConnections + maxSessionConnections));
            }
            found.add(provider.name());
        }
        throw new ConfigurationException("there is no driver \"" + driverName + "\"; found are " + found
                + ": add the artifact headgate-driver-" + driverName + ", or name another");
    }

    /** Libraries of other versions than the driver was built with show when its first classes are loaded. */
    static SqlDriver created(Supplier<SqlDriver> driver) {
        try {
            return driver.get();
        } catch (LinkageError e) {
            throw new ConfigurationException(
                    "the driver cannot be loaded (" + e
                            + "): another version of Netty or Reactor is on the class path, such"
                            + " as the Netty 4.1 that Spring Boot 3 manages. Headgate needs Netty 4.2: import"
                            + " io.headgate:headgate-bom in dependencyManagement, before Spring Boot's own BOM; with"
                            + " spring-boot-starter-parent set <netty.version>4.2.18.Final</netty.version>",
                    e);
        }
    }

    private @Nullable SessionConnections sessions(SqlDriver used, PoolOptions options) {
        if (sessionNode == null) {
            return null;
        }
        ConnectionSettings settings = withCredentials(sessionNode);
        return SessionConnections.create(
                settings.node(), used.connect(settings), maxSessionConnections, options, Schedulers.parallel());
    }

    private ConnectionSettings withCredentials(ConnectionSettings settings) {
        return credentials == null ? settings : settings.credentials(credentials);
    }
}
