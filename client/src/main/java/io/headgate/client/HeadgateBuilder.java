package io.headgate.client;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Listeners;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.PoolOptionsBuilder;
import io.headgate.pool.capacity.CapacityPlan;
import io.headgate.pool.guard.GuardPolicy;
import io.headgate.routing.RoutingOptions;
import io.headgate.routing.RoutingOptionsBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Settings of a {@link Headgate}. Each setter checks its value at once; {@link #build} checks them together. */
public final class HeadgateBuilder {

    /** PostgreSQL's default of {@code max_connections}. */
    private static final int POSTGRES_DEFAULT_CONNECTIONS = 100;

    /** A day, as for the pool's times. */
    private static final Duration LONGEST_SHUTDOWN = Duration.ofDays(1);

    private final List<ConnectionSettings> nodes = new ArrayList<>();
    private final RoutingOptionsBuilder routing = RoutingOptions.builder();
    private HeadgateConfig.@Nullable Capacity capacity;
    private @Nullable ConnectionSettings sessionNode;
    private int maxSessionConnections = 2;
    private GuardPolicy guardPolicy = GuardPolicy.REFUSE;
    private boolean optionComments;
    private @Nullable Mono<Credentials> credentials;
    private final PoolOptionsBuilder pool = PoolOptions.builder();
    private Duration shutdownTimeout = Duration.ofSeconds(30);
    private @Nullable SqlDriver driver;
    private String driverName = "netty";
    private final List<DataAccessListener> listeners = new ArrayList<>();

    HeadgateBuilder() {}

    /**
     * A PgBouncer or PostgreSQL to use. Called several times, the nodes of one cluster, in any order: which of them is the primary is
     * found out. Then what may write goes to the primary, and reads go to replicas; see {@link #routing}. Each node gets its own pool.
     *
     * @param url {@code postgresql://user:password@host:port/database}; as in libpq, several hosts with their ports, separated by commas, are
     *     as many nodes. With parameters such as {@code sslmode} (disable, prefer,
     *     require, verify-ca, verify-full; default prefer), {@code sslrootcert}, {@code connect_timeout} in seconds (5),
     *     {@code application_name} (headgate), {@code statement_cache_size} (200), {@code max_value_bytes} (64 MiB), {@code max_result_rows}
     *     (1,000,000) and {@code max_result_bytes} (64 MiB) of a result that is not streamed; {@code zone} and {@code weight} (100) of the
     *     node; docs/configuration.md lists all
     * @throws ConfigurationException if it is malformed; the message names the part
     */
    public HeadgateBuilder node(String url) {
        NodeUrls.ofEachHost(url).stream().map(ConnectionSettings::parse).forEach(this::node);
        return this;
    }

    /** As {@link #node(String)}, by settings. */
    public HeadgateBuilder node(ConnectionSettings settings) {
        Objects.requireNonNull(settings, "settings");
        for (ConnectionSettings each : nodes) {
            if (each.host().equals(settings.host()) && each.port() == settings.port()) {
                throw new ConfigurationException("the node " + settings + " is set already; name each node once");
            }
        }
        nodes.add(settings);
        return this;
    }

    /**
     * How calls are spread over several nodes.
     *
     * @param change called at once with the current settings
     */
    public HeadgateBuilder routing(Consumer<RoutingOptionsBuilder> change) {
        Objects.requireNonNull(change, "change").accept(routing);
        return this;
    }

    /**
     * The direct address of PostgreSQL, without a pooler, for {@link Headgate#sessionConnection}; none by default. Must be the
     * node's server, or locks taken there have no effect here.
     *
     * @param url as for {@link #node(String)}
     * @throws ConfigurationException if it is malformed; the message names the part
     */
    public HeadgateBuilder sessionNode(String url) {
        return sessionNode(ConnectionSettings.parse(url));
    }

    /** The direct address of PostgreSQL, without a pooler, by its settings. */
    public HeadgateBuilder sessionNode(ConnectionSettings settings) {
        Objects.requireNonNull(settings, "settings");
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
     * @param connections at least 1; default 2: one for a lock held while the service lives and one for short work. In every
     *     instance each takes a connection of PostgreSQL beside the pooler's budget
     */
    public HeadgateBuilder maxSessionConnections(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException("maxSessionConnections is " + connections + "; it must be at least 1");
        }
        maxSessionConnections = connections;
        return this;
    }

    /**
     * How to treat statements that leave state in the session: a pooler in transaction mode, and this library's own pool, give
     * the session to the next client.
     *
     * @param policy default {@link GuardPolicy#REFUSE}, with or without a pooler, so that adding one later breaks nothing.
     *     BEGIN, COMMIT and SAVEPOINT as text are refused under every policy
     */
    public HeadgateBuilder transactionModeGuard(GuardPolicy policy) {
        guardPolicy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Whether a comment at the very start of a text may give the statement its options, for interfaces that take only a text,
     * such as Spring Data's {@code @Query} and jOOQ:
     *
     * <pre>{@code
     * /*headgate name=chart access=read timeout=2s*}{@code / SELECT ...
     * }</pre>
     *
     * <p>Known are {@code name}, {@code access} (auto, read, write), {@code consistency} (eventual, read-your-writes, strong, or the bound of
     * staleness, such as 5s), {@code timeout}, {@code priority} (interactive, background), {@code idempotent} (true, false) and {@code
     * cache} (how long), each as {@link io.headgate.core.StatementOptions} has it. A malformed comment is an error of the statement.
     *
     * @param read default false: otherwise a user whose input is placed at the start of a statement could set its options
     */
    public HeadgateBuilder optionComments(boolean read) {
        optionComments = read;
        return this;
    }

    /**
     * Supplies user and password for each new connection, including session connections, in place of those in the URL, so that
     * passwords may rotate.
     */
    public HeadgateBuilder credentials(Mono<Credentials> supplier) {
        credentials = Objects.requireNonNull(supplier, "supplier");
        return this;
    }

    /**
     * Most connections open at once, lanes and leases together.
     *
     * @param connections at least 1; default 16: five instances share 80 of the 100 connections that PostgreSQL has by default. The
     *     sum over all instances must stay below the pooler's {@code max_client_conn}
     */
    public HeadgateBuilder maxConnections(int connections) {
        pool.maxConnections(connections);
        return this;
    }

    /**
     * Calculates the pool's size from the application's inputs and the database's limits:
     *
     * <pre>{@code .capacity(c -> c.instances(5).peakRequestsPerSecond(1_000))}</pre>
     *
     * <p>The first plan assumes PostgreSQL's default of 100 connections, shared by the instances. After the first use the pool
     * is planned every minute with the database's limits. The measured load decides how many connections are kept open.
     * PgBouncer's limits are on its console, which needs other rights: set them by {@link CapacityPlan.Builder#pooler}.
     * Settings made after this one take precedence until the first planning.
     *
     * @param inputs sets the application's inputs; called now and at each planning, so it may set a changing number of
     *     instances
     */
    public HeadgateBuilder capacity(UnaryOperator<CapacityPlan.Builder> inputs) {
        Objects.requireNonNull(inputs, "inputs");
        CapacityPlan plan = Objects.requireNonNull(
                        inputs.apply(CapacityPlan.builder().maxConnections(POSTGRES_DEFAULT_CONNECTIONS)),
                        "the function given to capacity(...) returned null; it has to return the builder")
                .build();
        capacity = new HeadgateConfig.Capacity(plan, inputs);
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
     * @param change called at once with the current settings
     */
    public HeadgateBuilder pool(Consumer<PoolOptionsBuilder> change) {
        Objects.requireNonNull(change, "change").accept(pool);
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
     * How long {@link Headgate#close} may take. Running work may continue until one second before the end of this time, or
     * until half of it if that is later.
     *
     * @param timeout 0 to a day; default 30 s, the usual time of orchestrators between SIGTERM and SIGKILL
     */
    public HeadgateBuilder shutdownTimeout(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout");
        if (timeout.isNegative() || timeout.compareTo(LONGEST_SHUTDOWN) > 0) {
            throw new IllegalArgumentException(
                    "shutdownTimeout is " + timeout + "; it must be from 0 to " + LONGEST_SHUTDOWN);
        }
        shutdownTimeout = timeout;
        return this;
    }

    /** A driver in place of the default; the caller closes it, after the client. */
    public HeadgateBuilder driver(SqlDriver otherDriver) {
        driver = Objects.requireNonNull(otherDriver, "otherDriver");
        return this;
    }

    /**
     * A driver in place of the default, by its name; the client closes it.
     *
     * @param name {@code netty}, the default, {@code vertx} or {@code r2dbc}; the latter two need their artifact, such as
     *     {@code headgate-driver-vertx}, on the class path
     */
    public HeadgateBuilder driver(String name) {
        driverName = Objects.requireNonNull(name, "name");
        driver = null;
        return this;
    }

    /**
     * Adds a listener, which receives the events of client, pool and driver. Several are called in the order in which they were added;
     * what one of them throws is logged and does not keep the others from being called. A driver given by {@link #driver(SqlDriver)} has
     * its own listener.
     */
    public HeadgateBuilder listener(DataAccessListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Builds a client. Opens no connection yet. Each call returns a new client, with its own driver unless one was given by
     * {@link #driver(SqlDriver)}; the builder does not change.
     *
     * @throws ConfigurationException if no node is set, or the named driver is not on the class path
     */
    public Headgate build() {
        return ClientAssembly.of(config());
    }

    /** The current settings, for one client. */
    HeadgateConfig config() {
        if (nodes.isEmpty()) {
            throw new ConfigurationException(
                    "no node is set; say where PgBouncer or PostgreSQL is: .node(\"postgresql://user:password@host:6432/database\")");
        }
        return new HeadgateConfig(
                nodes.stream().map(this::withCredentials).toList(),
                routing.build(),
                pool.build(),
                capacity,
                sessionNode == null ? null : withCredentials(sessionNode),
                maxSessionConnections,
                guardPolicy,
                optionComments,
                shutdownTimeout,
                driver,
                driverName,
                Listeners.all(listeners));
    }

    private ConnectionSettings withCredentials(ConnectionSettings settings) {
        return credentials == null ? settings : settings.credentials(credentials);
    }
}
