package io.headgate.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Collects the settings of a cluster. Each setter checks its value at once and throws {@link IllegalArgumentException}; {@link
 * #start()} throws {@link ClusterException}. Not thread-safe.
 */
public final class PostgresClusterBuilder {
    /** Names the backend when the builder does not: {@code embedded} or {@code testcontainers}. */
    static final String BACKEND_PROPERTY = "headgate.testkit.backend";

    private static final int MOST_REPLICAS = 8;
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9](\\.[0-9]+){0,2}");
    private static final Pattern SETTING = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*");
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, String> bouncerSettings = new LinkedHashMap<>();
    private final List<String> initSql = new ArrayList<>();
    private @Nullable ClusterBackend backend;
    private String version = "18";
    private int replicas;
    private boolean pooled;
    private PgBouncerRelease pgbouncer = PgBouncerRelease.CURRENT;
    private PasswordAuthentication authentication = PasswordAuthentication.SCRAM;
    private boolean tls;
    private String database = "app";
    private String user = "app";
    private String password = "secret";

    PostgresClusterBuilder() {}

    /**
     * Where the servers run.
     *
     * @param backend the backend; default the system property {@code headgate.testkit.backend}, else {@link
     *     ClusterBackend#EMBEDDED}, which needs no Docker
     * @return this
     */
    public PostgresClusterBuilder backend(ClusterBackend backend) {
        this.backend = Objects.requireNonNull(backend, "backend");
        return this;
    }

    /**
     * The PostgreSQL version.
     *
     * @param version a major version such as {@code 16}, or an exact one such as {@code 16.15}; 14 or newer; default
     *     {@code 18}, whose binaries the kit depends on
     * @return this
     */
    public PostgresClusterBuilder version(String version) {
        check(
                VERSION.matcher(version).matches() && Integer.parseInt(version.substring(0, 2)) >= 14,
                "version",
                version,
                "a PostgreSQL version from 14 on, such as \"18\" or \"16.15\"");
        this.version = version;
        return this;
    }

    /**
     * How many streaming replicas the primary has.
     *
     * @param replicas 0 to 8; default 0
     * @return this
     */
    public PostgresClusterBuilder replicas(int replicas) {
        check(replicas >= 0 && replicas <= MOST_REPLICAS, "replicas", replicas, "a number from 0 to " + MOST_REPLICAS);
        this.replicas = replicas;
        return this;
    }

    /**
     * Overrides a setting of PostgreSQL on every node. The kit's own settings make tests fast (no fsync, small buffers) and
     * replication possible.
     *
     * @param name the setting's name, such as {@code max_connections}
     * @param value its value as {@code postgresql.conf} has it, without quotes
     * @return this
     */
    public PostgresClusterBuilder setting(String name, String value) {
        settings.put(checkSetting(name, value), value);
        return this;
    }

    /**
     * Whether a PgBouncer in transaction mode stands in front of each node.
     *
     * @param pooled default false
     * @return this
     */
    public PostgresClusterBuilder pooled(boolean pooled) {
        this.pooled = pooled;
        return this;
    }

    /**
     * Which PgBouncer, if {@link #pooled(boolean)}.
     *
     * @param release default {@link PgBouncerRelease#CURRENT}
     * @return this
     */
    public PostgresClusterBuilder pgbouncer(PgBouncerRelease release) {
        this.pgbouncer = Objects.requireNonNull(release, "release");
        return this;
    }

    /**
     * Overrides a setting of PgBouncer. The kit changes only settings that it needs; the others have PgBouncer's defaults,
     * except {@code ignore_startup_parameters = extra_float_digits}, without which most drivers cannot connect.
     *
     * @param name the setting's name, such as {@code query_wait_timeout}
     * @param value its value as {@code pgbouncer.ini} has it
     * @return this
     */
    public PostgresClusterBuilder bouncerSetting(String name, String value) {
        bouncerSettings.put(checkSetting(name, value), value);
        return this;
    }

    /**
     * How many server connections PgBouncer opens for each database and user ({@code default_pool_size}).
     *
     * @param size at least 1; by default PgBouncer's own, 20
     * @return this
     */
    public PostgresClusterBuilder poolSize(int size) {
        check(size >= 1, "poolSize", size, "at least 1");
        return bouncerSetting("default_pool_size", Integer.toString(size));
    }

    /**
     * How many prepared statements PgBouncer keeps on each server connection ({@code max_prepared_statements}).
     *
     * @param count at least 0, which turns the support off; by default PgBouncer's own: 200 from 1.24 on, 0 before.
     *     PgBouncer before 1.21 does not know the setting, and {@link #start()} refuses it
     * @return this
     */
    public PostgresClusterBuilder maxPreparedStatements(int count) {
        check(count >= 0, "maxPreparedStatements", count, "at least 0");
        return bouncerSetting("max_prepared_statements", Integer.toString(count));
    }

    /**
     * How clients prove their password.
     *
     * @param authentication default {@link PasswordAuthentication#SCRAM}
     * @return this
     */
    public PostgresClusterBuilder authentication(PasswordAuthentication authentication) {
        this.authentication = Objects.requireNonNull(authentication, "authentication");
        return this;
    }

    /**
     * Whether PostgreSQL and PgBouncer offer TLS, with a certificate for {@code localhost} and {@code 127.0.0.1}.
     * Connections without TLS stay possible.
     *
     * @param tls default false
     * @return this
     */
    public PostgresClusterBuilder tls(boolean tls) {
        this.tls = tls;
        return this;
    }

    /**
     * The application's database.
     *
     * @param name an identifier; default {@code app}
     * @return this
     */
    public PostgresClusterBuilder database(String name) {
        check(IDENTIFIER.matcher(name).matches() && !name.equals("pgbouncer"), "database", name, "a plain identifier");
        this.database = name;
        return this;
    }

    /**
     * The application's role, which owns the database and is no superuser.
     *
     * @param user an identifier other than {@code postgres}; default {@code app}
     * @param password its password, not empty; default {@code secret}
     * @return this
     */
    public PostgresClusterBuilder credentials(String user, String password) {
        check(
                IDENTIFIER.matcher(user).matches() && !user.equals(ClusterSettings.SUPERUSER),
                "user",
                user,
                "a plain identifier other than " + ClusterSettings.SUPERUSER);
        if (password.isEmpty() || password.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("password must not be empty or hold control characters");
        }
        this.user = user;
        this.password = password;
        return this;
    }

    /**
     * Adds SQL to run in the application's database, as its owner, before the replicas are cloned.
     *
     * @param sql one or more statements separated by semicolons
     * @return this
     */
    public PostgresClusterBuilder initSql(String sql) {
        check(!sql.isBlank(), "initSql", sql, "a statement");
        initSql.add(sql);
        return this;
    }

    /**
     * Starts the cluster: the primary, then each replica, then the PgBouncers. Takes about two seconds for the primary and up
     * to three for each replica; the first start on a machine also unpacks or builds missing programs.
     *
     * @return a cluster in which every server accepts connections and every replica streams
     * @throws ClusterException when a server cannot be found or started; nothing is left behind
     */
    public PostgresCluster start() {
        return Provider.INSTANCE.start(build());
    }

    /** The settings as collected so far, checked across fields. */
    ClusterSettings build() {
        if (pooled && pgbouncer == PgBouncerRelease.LEGACY && bouncerSettings.containsKey("max_prepared_statements")) {
            throw new ClusterException(
                    "max_prepared_statements is set, but PgBouncer LEGACY (before 1.21) does not know it;"
                            + " leave it out or use pgbouncer(PgBouncerRelease.CURRENT)");
        }
        if (!pooled && !bouncerSettings.isEmpty()) {
            throw new ClusterException("PgBouncer settings " + bouncerSettings.keySet()
                    + " are given for a cluster without PgBouncer; add pooled(true)");
        }
        return new ClusterSettings(
                backend == null ? backendProperty() : backend,
                version,
                replicas,
                settings,
                pooled,
                pgbouncer,
                bouncerSettings,
                authentication,
                tls,
                database,
                user,
                password,
                initSql);
    }

    private static ClusterBackend backendProperty() {
        String name = System.getProperty(BACKEND_PROPERTY, "");
        if (name.isBlank()) {
            return ClusterBackend.EMBEDDED;
        }
        try {
            return ClusterBackend.valueOf(name.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ClusterException(
                    "System property " + BACKEND_PROPERTY + " is \"" + name
                            + "\" but must be embedded or testcontainers",
                    e);
        }
    }

    private static String checkSetting(String name, String value) {
        check(SETTING.matcher(name).matches(), "setting name", name, "letters, digits, underscores and dots");
        check(value.chars().noneMatch(Character::isISOControl), "value of " + name, value, "a single line");
        return name;
    }

    private static void check(boolean good, String what, Object value, String rule) {
        if (!good) {
            throw new IllegalArgumentException(what + " is \"" + value + "\" but must be " + rule);
        }
    }
}
