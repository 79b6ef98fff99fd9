package io.headgate.client;

import io.headgate.client.r2dbc.ConnectionDefaults;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.LoginSettings;
import io.headgate.core.driver.ResultLimit;
import io.headgate.core.driver.TlsSettings;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.headgate.pool.PoolOptionsBuilder;
import io.headgate.pool.capacity.CapacityPlan;
import io.headgate.pool.capacity.PoolerSettings;
import io.headgate.pool.guard.GuardPolicy;
import io.headgate.routing.ReadPreference;
import io.headgate.routing.RoutingOptionsBuilder;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Reads the options of R2DBC: their names, their values, and the settings they change. */
final class FactoryOptions {

    private static final Logger logger = LoggerFactory.getLogger(FactoryOptions.class);

    private static final int DEFAULT_PORT = 5432;

    /** Options for the address and the connection, which are read one by one. */
    private static final Set<String> OF_THE_NODE = Set.of(
            "driver",
            "protocol",
            "host",
            "port",
            "user",
            "password",
            "database",
            "ssl",
            "sslMode",
            "sslRootCert",
            "sslNegotiation",
            "connectTimeout",
            "applicationName",
            "statementCacheSize",
            "preparedStatementCacheQueries",
            "maxValueBytes",
            "maxResultRows",
            "maxResultBytes",
            "timeZone",
            "requireAuth",
            "channelBinding",
            "maxProtocolVersion",
            "nodeZones",
            "nodeWeights");

    /** The driver in R2DBC PostgreSQL's URLs, and so the protocol of {@code r2dbc:headgate:postgresql://}; not a driver of Headgate. */
    private static final Set<String> POSTGRESQL = Set.of("postgresql", "postgres");

    private static final Set<String> OF_CONNECTIONS =
            Set.of("fetchSize", "statementTimeout", "lockWaitTimeout", "rewriteSetToLocal");

    /**
     * R2DBC Pool's own options, which it passes to the driver behind it ({@code r2dbc:pool:headgate://}). {@code minIdle} is an
     * option of both.
     *
     * @see <a href="https://github.com/r2dbc/r2dbc-pool#getting-started">R2DBC Pool, options</a>
     */
    private static final Map<String, String> OF_R2DBC_POOL = Map.ofEntries(
            Map.entry("acquireRetry", ""),
            Map.entry("backgroundEvictionInterval", ""),
            Map.entry("initialSize", "minIdle"),
            Map.entry("maxSize", "maxConnections"),
            Map.entry("maxLifeTime", "maxLifetime"),
            Map.entry("maxAcquireTime", "acquireTimeout"),
            Map.entry("maxIdleTime", "idleTimeout"),
            Map.entry("maxCreateConnectionTime", "connectTimeout"),
            Map.entry("maxValidationTime", ""),
            Map.entry("poolName", ""),
            Map.entry("postAllocate", ""),
            Map.entry("preRelease", ""),
            Map.entry("registerJmx", ""),
            Map.entry("validationDepth", ""),
            Map.entry("validationQuery", ""));

    private static final Set<String> OF_CAPACITY = Set.of("instances", "peakRequestsPerSecond", "poolerPoolSize");

    private static final Map<String, BiConsumer<HeadgateBuilder, OptionValue>> OF_THE_CLIENT = new LinkedHashMap<>();

    static {
        client("maxConnections", (client, value) -> client.maxConnections(value.wholeNumber()));
        client("maxWaiting", (client, value) -> client.maxWaiting(value.wholeNumber()));
        client("acquireTimeout", (client, value) -> client.acquireTimeout(value.duration()));
        client("shutdownTimeout", (client, value) -> client.shutdownTimeout(value.duration()));
        client("transactionModeGuard", (client, value) -> client.transactionModeGuard(value.oneOf(GuardPolicy.class)));
        client("optionComments", (client, value) -> client.optionComments(value.yesOrNo()));
        client("listener", (client, value) -> client.listener(value.instanceOf(DataAccessListener.class)));
        pool("lanes", OptionValue::wholeNumber, PoolOptionsBuilder::lanes);
        pool("laneDepth", OptionValue::wholeNumber, PoolOptionsBuilder::laneDepth);
        pool("minIdle", OptionValue::wholeNumber, PoolOptionsBuilder::minIdle);
        pool("slowAfter", OptionValue::duration, PoolOptionsBuilder::slowAfter);
        pool("cancelGrace", OptionValue::duration, PoolOptionsBuilder::cancelGrace);
        pool("resetTimeout", OptionValue::duration, PoolOptionsBuilder::resetTimeout);
        pool("idleTimeout", OptionValue::duration, PoolOptionsBuilder::idleTimeout);
        pool("maxLifetime", OptionValue::duration, PoolOptionsBuilder::maxLifetime);
        pool("validateAfter", OptionValue::duration, PoolOptionsBuilder::validateAfter);
        pool("leakThreshold", OptionValue::duration, PoolOptionsBuilder::leakThreshold);
        pool("reclaimAfter", OptionValue::duration, PoolOptionsBuilder::reclaimAfter);
        routing("readPreference", value -> value.oneOf(ReadPreference.class), RoutingOptionsBuilder::preference);
        routing("consistency", OptionValue::consistency, RoutingOptionsBuilder::consistency);
        routing("maxLag", OptionValue::duration, RoutingOptionsBuilder::maxLag);
        routing("replicaWait", OptionValue::duration, RoutingOptionsBuilder::replicaWait);
        routing("failoverWait", OptionValue::duration, RoutingOptionsBuilder::failoverWait);
        routing("zone", OptionValue::text, RoutingOptionsBuilder::zone);
        routing("readFunctions", OptionValue::names, RoutingOptionsBuilder::readFunctions);
        routing("writeFunctions", OptionValue::names, RoutingOptionsBuilder::writeFunctions);
        routing("maxReadsOnPrimary", OptionValue::wholeNumber, RoutingOptionsBuilder::maxReadsOnPrimary);
    }

    /** A name before its value in the text of {@link ConnectionFactoryOptions}: the only way to list the names. */
    private static final Pattern NAME = Pattern.compile("(?:options=[{]|, )([A-Za-z][A-Za-z0-9_.-]*)=");

    private static final Pattern HUMP = Pattern.compile("[A-Z]");

    private final ConnectionFactoryOptions options;

    /** @throws IllegalArgumentException if there is no user, or an option that is unknown or refused */
    FactoryOptions(ConnectionFactoryOptions options) {
        this.options = options;
        // before any value is shown: with a / ? or # in the password, parts of it look like host, database or options
        required("user");
        adviseOnOtherDriversOptions();
        refuseUnknown();
    }

    private static void client(String name, BiConsumer<HeadgateBuilder, OptionValue> set) {
        OF_THE_CLIENT.put(name, set);
    }

    private static <T> void pool(String name, Function<OptionValue, T> read, BiConsumer<PoolOptionsBuilder, T> set) {
        client(name, (client, value) -> {
            T parsed = read.apply(value);
            client.pool(pool -> set.accept(pool, parsed));
        });
    }

    private static <T> void routing(
            String name, Function<OptionValue, T> read, BiConsumer<RoutingOptionsBuilder, T> set) {
        client(name, (client, value) -> {
            T parsed = read.apply(value);
            client.routing(routing -> set.accept(routing, parsed));
        });
    }

    static Set<String> names() {
        Set<String> names = new TreeSet<>(OF_THE_NODE);
        names.addAll(OF_CONNECTIONS);
        names.addAll(OF_CAPACITY);
        names.addAll(OF_THE_CLIENT.keySet());
        return names;
    }

    /** Rebuilds the options from the known ones: if the result differs from the given options, there are unknown ones. */
    private void refuseUnknown() {
        Set<String> names = names();
        Set<String> passedBy = new TreeSet<>(names);
        passedBy.addAll(OF_R2DBC_POOL.keySet());
        passedBy.addAll(PostgresqlOptions.LEFT_OUT.keySet());
        passedBy.addAll(PostgresqlOptions.NEEDLESS.keySet());
        ConnectionFactoryOptions.Builder known = ConnectionFactoryOptions.builder();
        for (String name : passedBy) {
            for (String spelling : spellings(name)) {
                Object value = options.getValue(Option.valueOf(spelling));
                if (value != null) {
                    known.option(Option.<Object>valueOf(spelling), value);
                }
            }
        }
        if (known.build().equals(options)) {
            return;
        }
        String text = options.toString();
        Matcher name = NAME.matcher(text);
        while (name.find()) {
            // a value with an @ may be part of a password whose special characters are not encoded, unless it is almost
            // an option's name
            if (passedBy.stream().noneMatch(option -> spellings(option).contains(name.group(1)))
                    && (text.indexOf('@') < 0 || ConfigurationException.isMisspelt(name.group(1), names))) {
                throw new IllegalArgumentException("unknown option \"" + name.group(1) + "\"; "
                        + ConfigurationException.nearest(name.group(1), names));
            }
        }
        throw new IllegalArgumentException(
                "there is an unknown option; known are " + names
                        + ". Percent-encode special characters in user and password: the name is not shown since it may be part of one");
    }

    /** An option's own name, its name with hyphens as in Spring's properties, and libpq's name for two of them. */
    private static Set<String> spellings(String name) {
        Set<String> spellings = new LinkedHashSet<>();
        spellings.add(name);
        spellings.add(HUMP.matcher(name).replaceAll(hump -> "-" + hump.group().toLowerCase(Locale.ROOT)));
        if (name.equals("sslMode") || name.equals("sslNegotiation")) {
            spellings.add(name.toLowerCase(Locale.ROOT));
        }
        return spellings;
    }

    private void adviseOnOtherDriversOptions() {
        PostgresqlOptions.REFUSED.forEach((name, advice) -> {
            if (value(name) != null) {
                throw new IllegalArgumentException("the option " + name + " is R2DBC PostgreSQL's: " + advice);
            }
        });
        PostgresqlOptions.LEFT_OUT.forEach((name, why) -> {
            if (value(name) != null) {
                logger.warn("the option {} of R2DBC PostgreSQL is left out: {}", name, why);
            }
        });
        PostgresqlOptions.NEEDLESS.forEach((name, why) -> {
            if (value(name) != null) {
                logger.debug("the option {} of R2DBC PostgreSQL is not needed: {}", name, why);
            }
        });
        warnOfPoolOptions();
    }

    private void warnOfPoolOptions() {
        String ignored = OF_R2DBC_POOL.entrySet().stream()
                .filter(each -> value(each.getKey()) != null)
                .map(each ->
                        each.getValue().isEmpty() ? each.getKey() : each.getKey() + " (here " + each.getValue() + ")")
                .sorted()
                .collect(Collectors.joining(", "));
        if (!ignored.isEmpty()) {
            logger.warn(
                    "options of R2DBC Pool are ignored, because Headgate is the pool: {}; see docs/migrating.md",
                    ignored);
        }
    }

    /** The client that the options describe. */
    Headgate client() {
        try {
            return builder().build();
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    HeadgateBuilder builder() {
        HeadgateBuilder client = Headgate.builder();
        nodes().forEach(client::node);
        OptionValue driver = value("protocol");
        if (driver != null
                && !driver.text().isBlank()
                && !POSTGRESQL.contains(driver.text().strip())) {
            client.driver(driverName(driver.text().strip()));
        }
        capacity(client);
        OF_THE_CLIENT.forEach((name, set) -> {
            OptionValue value = value(name);
            if (value != null) {
                set.accept(client, value);
            }
        });
        return client;
    }

    private static String driverName(String protocol) {
        if (protocol.equals("pool")) {
            throw new IllegalArgumentException(
                    "r2dbc:headgate:pool:// asks for a pool behind Headgate, which has its own; write"
                            + " r2dbc:headgate://user:password@host:6432/database");
        }
        return protocol;
    }

    private void capacity(HeadgateBuilder client) {
        OptionValue instances = value("instances");
        OptionValue peak = value("peakRequestsPerSecond");
        OptionValue poolSize = value("poolerPoolSize");
        if (instances == null && peak == null && poolSize == null) {
            return;
        }
        client.capacity(given -> {
            CapacityPlan.Builder inputs = given;
            if (instances != null) {
                inputs = inputs.instances(instances.wholeNumber());
            }
            if (peak != null) {
                inputs = inputs.peakRequestsPerSecond(peak.number());
            }
            return poolSize == null
                    ? inputs
                    : inputs.pooler(PoolerSettings.defaults().poolSize(poolSize.wholeNumber()));
        });
    }

    ConnectionDefaults connectionDefaults() {
        OptionValue fetchSize = value("fetchSize");
        OptionValue rewriteSetToLocal = value("rewriteSetToLocal");
        return new ConnectionDefaults(
                fetchSize == null ? 0 : fetchSize.wholeNumber(),
                new ConnectionDefaults.Timeouts(duration("statementTimeout"), duration("lockWaitTimeout")),
                rewriteSetToLocal != null && rewriteSetToLocal.yesOrNo());
    }

    private List<ConnectionSettings> nodes() {
        List<HostAndPort> hosts = HostAndPort.list(required("host"), wholeNumber("port", DEFAULT_PORT));
        List<OptionValue> zones = ofEachHost("nodeZones", hosts.size());
        List<OptionValue> weights = ofEachHost("nodeWeights", hosts.size());
        List<ConnectionSettings> nodes = new ArrayList<>();
        for (int i = 0; i < hosts.size(); i++) {
            nodes.add(node(hosts.get(i))
                    .placed(
                            zones.isEmpty() ? null : zones.get(i).text(),
                            weights.isEmpty() ? Node.DEFAULT_WEIGHT : weight(weights.get(i))));
        }
        return nodes;
    }

    /** A value for each host, in the order of the hosts, as libpq has the ports; empty if the option is not set. */
    private List<OptionValue> ofEachHost(String name, int hosts) {
        OptionValue list = value(name);
        if (list == null) {
            return List.of();
        }
        List<OptionValue> values = Stream.of(list.text().split(",", -1))
                .map(each -> new OptionValue(list.name(), each.strip()))
                .toList();
        if (values.size() != hosts
                || values.stream().anyMatch(each -> each.text().isEmpty())) {
            throw list.wrong("a value for each of the " + hosts + " hosts, separated by commas");
        }
        return values;
    }

    private static int weight(OptionValue value) {
        int weight = value.wholeNumber();
        if (weight < 1 || weight > Node.MAX_WEIGHT) {
            throw value.wrong("1 to " + Node.MAX_WEIGHT);
        }
        return weight;
    }

    private ConnectionSettings node(HostAndPort node) {
        OptionValue password = value("password");
        Credentials credentials = new Credentials(required("user"), password == null ? "" : password.text());
        Duration connectTimeout = duration("connectTimeout");
        return new ConnectionSettings(
                node.host(),
                node.port(),
                required("database"),
                Mono.just(credentials),
                tls(),
                connectTimeout == null ? ConnectionSettings.DEFAULT_CONNECT_TIMEOUT : connectTimeout,
                text("applicationName", "headgate"),
                statementCacheSize(),
                wholeNumber("maxValueBytes", ConnectionSettings.DEFAULT_MAX_VALUE_BYTES),
                new ResultLimit(
                        wholeNumber("maxResultRows", ResultLimit.DEFAULT.rows()),
                        wholeNumber("maxResultBytes", (int) ResultLimit.DEFAULT.bytes())),
                word("timeZone"),
                LoginSettings.parse(word("requireAuth"), word("channelBinding"), word("maxProtocolVersion")),
                null,
                Node.DEFAULT_WEIGHT);
    }

    /** A value that {@code core} reads, and shows in an error. A part of a password is not shown. */
    private @Nullable String word(String name) {
        OptionValue value = value(name);
        if (value != null && value.text().indexOf('@') >= 0) {
            throw value.wrong("a word without an @");
        }
        return value == null ? null : value.text();
    }

    /** Less than one means "none" or "no bound" in R2DBC PostgreSQL; Headgate then decides by the server it is connected to. */
    private int statementCacheSize() {
        int theirs = wholeNumber("preparedStatementCacheQueries", 0);
        return wholeNumber("statementCacheSize", theirs > 0 ? theirs : ConnectionSettings.DEFAULT_STATEMENT_CACHE_SIZE);
    }

    private TlsSettings tls() {
        OptionValue mode = value("sslMode");
        OptionValue ssl = value("ssl");
        OptionValue root = value("sslRootCert");
        TlsSettings.Mode bySsl = ssl == null
                ? TlsSettings.Mode.PREFER
                : ssl.yesOrNo() ? TlsSettings.Mode.VERIFY_FULL : TlsSettings.Mode.DISABLE;
        TlsSettings.Mode wanted = mode == null ? bySsl : mode.oneOf(TlsSettings.Mode.class);
        boolean mayBePlain = wanted == TlsSettings.Mode.DISABLE || wanted == TlsSettings.Mode.PREFER;
        if (ssl != null && mode != null && ssl.yesOrNo() == mayBePlain) {
            throw new IllegalArgumentException("sslMode is " + wanted.parameter() + " and ssl is "
                    + (ssl.yesOrNo() ? "true, as r2dbcs: says" : "false")
                    + ", which contradict each other; leave one of them out");
        }
        // the error of TlsSettings shows the path, and one with an @ may be part of a password
        if (root != null && root.text().indexOf('@') >= 0 && !wanted.parameter().startsWith("verify")) {
            throw root.wrong("left out, unless sslMode is verify-full or verify-ca");
        }
        OptionValue negotiation = value("sslNegotiation");
        return new TlsSettings(
                wanted,
                root == null ? null : path(root),
                negotiation == null
                        ? TlsSettings.Negotiation.POSTGRES
                        : negotiation.oneOf(TlsSettings.Negotiation.class));
    }

    private static Path path(OptionValue value) {
        try {
            return Path.of(value.text());
        } catch (InvalidPathException malformed) {
            throw value.wrong("the path of a file");
        }
    }

    private @Nullable OptionValue value(String name) {
        OptionValue found = null;
        for (String spelling : spellings(name)) {
            Object value = options.getValue(Option.valueOf(spelling));
            if (value != null && found != null) {
                throw new IllegalArgumentException(
                        "the option " + name + " is given twice, as " + found.name() + " and as " + spelling);
            }
            if (value != null) {
                found = new OptionValue(spelling, value);
            }
        }
        return found;
    }

    private String required(String name) {
        OptionValue value = value(name);
        if (value == null || value.text().isBlank()) {
            throw new IllegalArgumentException("the option " + name
                    + " is missing; write r2dbc:headgate://user:password@host:6432/database, with special characters"
                    + " percent-encoded, or set it");
        }
        return value.text();
    }

    private String text(String name, String fallback) {
        OptionValue value = value(name);
        return value == null ? fallback : value.text();
    }

    private int wholeNumber(String name, int fallback) {
        OptionValue value = value(name);
        return value == null ? fallback : value.wholeNumber();
    }

    private @Nullable Duration duration(String name) {
        OptionValue value = value(name);
        return value == null ? null : value.duration();
    }
}
