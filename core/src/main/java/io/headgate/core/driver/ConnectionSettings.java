package io.headgate.core.driver;

import io.headgate.core.topology.Node;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * All settings that a driver needs to open a connection to one node. Immutable; {@link #toString()} contains no secret.
 *
 * @param host name or address; if it begins with a slash, the folder of the unix socket {@code .s.PGSQL.<port>}, which only the
 *     Netty driver supports
 * @param port 1 to 65535
 * @param database the database's name
 * @param credentials subscribed to for each connection, so that passwords may rotate
 * @param tls encryption
 * @param connectTimeout maximum time from asking for the credentials to the end of the login, over 0 to a day; default 5 s: a local network answers in
 *     milliseconds, and the retransmission of two lost packets takes 3 s
 * @param applicationName shown in {@code pg_stat_activity}
 * @param statementCacheSize number of prepared statements that a connection keeps; default 200, as PgBouncer's own cache from 1.24
 * @param maxValueBytes largest text or bytea parameter; default 64 MiB: memory holds several copies of a value while it is sent
 * @param resultLimit largest result that is held in memory as a whole, as by {@code all()}; a larger one fails
 * @param timeZone the session's {@code TimeZone}: a name that both Java and PostgreSQL know, such as {@code Europe/Berlin}, or
 *     {@code jvm} for the JVM's default; null, the default, for the server's time zone. With null, {@code now()::date} does not depend
 *     on the service's machine, and PgBouncer, which tracks the parameter, need not set it when a server connection changes clients
 * @param login the accepted authentication methods, and the requested protocol version
 * @param zone where the node is, such as an availability zone; null if not given
 * @param weight the node's share of the reads among several, 1 to 1,000; default 100
 */
public record ConnectionSettings(
        String host,
        int port,
        String database,
        Mono<Credentials> credentials,
        TlsSettings tls,
        Duration connectTimeout,
        String applicationName,
        int statementCacheSize,
        int maxValueBytes,
        ResultLimit resultLimit,
        @Nullable String timeZone,
        LoginSettings login,
        @Nullable String zone,
        int weight) {

    /** Default of {@link #connectTimeout}. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

    static final Duration LONGEST_CONNECT_TIMEOUT = Duration.ofDays(1);

    /** Default of {@link #statementCacheSize}. */
    public static final int DEFAULT_STATEMENT_CACHE_SIZE = 200;

    /** Default of {@link #maxValueBytes}. */
    public static final int DEFAULT_MAX_VALUE_BYTES = 64 * 1024 * 1024;

    /** The path length of Linux's {@code sockaddr_un}, without the NUL at its end. */
    private static final int LONGEST_SOCKET_PATH = 107;

    public ConnectionSettings {
        Objects.requireNonNull(credentials, "credentials");
        Objects.requireNonNull(tls, "tls");
        Objects.requireNonNull(connectTimeout, "connectTimeout");
        Objects.requireNonNull(login, "login");
        StartupText.check("host", host);
        StartupText.check("database name", database);
        StartupText.check("application name", applicationName);
        Objects.requireNonNull(resultLimit, "resultLimit");
        if (host.isBlank()) {
            throw new IllegalArgumentException("the host is blank");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
        if (database.isBlank()) {
            throw new IllegalArgumentException("the database name is blank");
        }
        if (connectTimeout.isNegative()
                || connectTimeout.isZero()
                || connectTimeout.compareTo(LONGEST_CONNECT_TIMEOUT) > 0) {
            throw new IllegalArgumentException("connectTimeout is " + connectTimeout
                    + "; it must be over 0 and at most " + LONGEST_CONNECT_TIMEOUT);
        }
        if (statementCacheSize < 1) {
            throw new IllegalArgumentException(
                    "statementCacheSize is " + statementCacheSize + "; it must be at least 1");
        }
        if (maxValueBytes < 1) {
            throw new IllegalArgumentException("maxValueBytes is " + maxValueBytes + "; it must be at least 1");
        }
        if (weight < 1 || weight > Node.MAX_WEIGHT) {
            throw new IllegalArgumentException("weight is " + weight + "; it must be 1 to " + Node.MAX_WEIGHT);
        }
        timeZone = timeZone == null ? null : TimeZoneName.of(timeZone);
        if (login.channelBinding() == LoginSettings.ChannelBinding.REQUIRE && tls.mode() == TlsSettings.Mode.DISABLE) {
            throw new IllegalArgumentException(
                    "channel_binding is require and sslmode is disable; channel binding needs sslmode=require or stronger");
        }
        if (isUnixSocket(host)) {
            checkUnixSocket(host, port, tls, login);
        }
    }

    private static boolean isUnixSocket(String host) {
        return host.startsWith("/");
    }

    private static void checkUnixSocket(String folder, int port, TlsSettings tls, LoginSettings login) {
        if (tls.mode().isAlwaysEncrypted()) {
            throw new IllegalArgumentException("the host is a folder of unix sockets and sslmode is "
                    + tls.mode().parameter()
                    + "; PostgreSQL encrypts nothing there, since nothing leaves the machine: leave"
                    + " sslmode (ssl, r2dbcs:) out, or name a host");
        }
        if (login.channelBinding() == LoginSettings.ChannelBinding.REQUIRE) {
            throw new IllegalArgumentException(
                    "the host is a folder of unix sockets and channel_binding is require; there is"
                            + " no TLS to bind to: leave channel_binding out, or name a host");
        }
        int bytes = socketPath(folder, port).getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_SOCKET_PATH) {
            throw new IllegalArgumentException("the path of the unix socket in " + folder + " is " + bytes
                    + " bytes long; the operating system takes " + LONGEST_SOCKET_PATH);
        }
    }

    private static String socketPath(String folder, int port) {
        return folder + (folder.endsWith("/") ? "" : "/") + ".s.PGSQL." + port;
    }

    /**
     * The settings in a URL; see {@link PostgresUrl} for its format.
     *
     * @throws io.headgate.core.error.ConfigurationException if it is malformed; the message names the wrong part, never the password
     */
    public static ConnectionSettings parse(String url) {
        Objects.requireNonNull(url, "url");
        return PostgresUrl.parse(url);
    }

    /** Whether the node is reached through a unix socket. */
    public boolean isUnixSocket() {
        return isUnixSocket(host);
    }

    /**
     * Refuses settings that only the Netty driver supports. The other drivers call this, so that they never ignore a setting silently.
     *
     * @param driver the calling driver's name
     * @throws io.headgate.core.error.ConfigurationException if one is set; the message names it and the driver that supports it
     */
    public void refuseNettyOnlySettings(String driver) {
        NettyOnlySettings.refuse(driver, this);
    }

    /** The node. Its name is its host and port, or the path of its unix socket. */
    public Node node() {
        Node node = Node.of(host, port).inZone(zone).withWeight(weight);
        return isUnixSocket() ? node.named(socketPath(host, port)) : node;
    }

    /** These settings with other credentials, subscribed to for each connection. */
    public ConnectionSettings credentials(Mono<Credentials> supplier) {
        return new ConnectionSettings(
                host,
                port,
                database,
                supplier,
                tls,
                connectTimeout,
                applicationName,
                statementCacheSize,
                maxValueBytes,
                resultLimit,
                timeZone,
                login,
                zone,
                weight);
    }

    /** These settings with another database, such as {@code pgbouncer} for PgBouncer's console. */
    public ConnectionSettings database(String name) {
        return new ConnectionSettings(
                host,
                port,
                name,
                credentials,
                tls,
                connectTimeout,
                applicationName,
                statementCacheSize,
                maxValueBytes,
                resultLimit,
                timeZone,
                login,
                zone,
                weight);
    }

    /** These settings with other TLS settings. */
    public ConnectionSettings tls(TlsSettings settings) {
        return new ConnectionSettings(
                host,
                port,
                database,
                credentials,
                settings,
                connectTimeout,
                applicationName,
                statementCacheSize,
                maxValueBytes,
                resultLimit,
                timeZone,
                login,
                zone,
                weight);
    }

    /** These settings with another session time zone; see {@link #timeZone()}. */
    public ConnectionSettings timeZone(@Nullable String name) {
        return new ConnectionSettings(
                host,
                port,
                database,
                credentials,
                tls,
                connectTimeout,
                applicationName,
                statementCacheSize,
                maxValueBytes,
                resultLimit,
                name,
                login,
                zone,
                weight);
    }

    /** These settings with other login settings. */
    public ConnectionSettings login(LoginSettings settings) {
        return new ConnectionSettings(
                host,
                port,
                database,
                credentials,
                tls,
                connectTimeout,
                applicationName,
                statementCacheSize,
                maxValueBytes,
                resultLimit,
                timeZone,
                settings,
                zone,
                weight);
    }

    /** These settings with the node's zone and weight; see {@link #zone()} and {@link #weight()}. */
    public ConnectionSettings placed(@Nullable String itsZone, int itsWeight) {
        return new ConnectionSettings(
                host,
                port,
                database,
                credentials,
                tls,
                connectTimeout,
                applicationName,
                statementCacheSize,
                maxValueBytes,
                resultLimit,
                timeZone,
                login,
                itsZone,
                itsWeight);
    }

    @Override
    public String toString() {
        String authority = isUnixSocket() ? host.replace("/", "%2F") + ":" + port : node().name();
        return "postgresql://" + authority + "/" + database + "?sslmode="
                + tls.mode().parameter();
    }
}
