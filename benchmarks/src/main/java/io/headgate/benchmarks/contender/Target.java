package io.headgate.benchmarks.contender;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.TlsSettings;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The database of all contenders, without TLS. {@link #toString()} does not show the password.
 *
 * @param replicas its replicas, for contenders that use them
 */
public record Target(String host, int port, String database, String user, String password, List<Target> replicas) {

    public Target {
        replicas = List.copyOf(replicas);
    }

    /**
     * Reads {@code postgresql://user:password@host:port/database}.
     *
     * @throws RuntimeException naming the error
     */
    public static Target parse(String url) {
        ConnectionSettings settings = ConnectionSettings.parse(url);
        TlsSettings.Mode mode = settings.tls().mode();
        if (mode != TlsSettings.Mode.PREFER && mode != TlsSettings.Mode.DISABLE) {
            throw new IllegalArgumentException(
                    "the benchmark compares without TLS; take sslmode out of the URL, or set it to disable");
        }
        Credentials credentials = settings.credentials().block();
        if (credentials == null) {
            throw new IllegalArgumentException("the URL names no user; write postgresql://user:password@host:port/db");
        }
        return new Target(
                settings.host(),
                settings.port(),
                settings.database(),
                credentials.user(),
                credentials.password(),
                List.of());
    }

    /** Reads {@link #urls()}. */
    public static Target parseAll(String urls) {
        List<Target> all = Arrays.stream(urls.split(" ")).map(Target::parse).toList();
        return all.get(0).withReplicas(all.subList(1, all.size()));
    }

    /** The URLs of the database and its replicas, with spaces between. */
    public String urls() {
        return Stream.concat(Stream.of(this), replicas.stream())
                .map(Target::url)
                .collect(Collectors.joining(" "));
    }

    /** This database with these replicas. */
    public Target withReplicas(List<Target> all) {
        return new Target(host, port, database, user, password, all);
    }

    /** The URL for Headgate. */
    public String url() {
        return "postgresql://" + encoded(user) + ":" + encoded(password) + "@" + bracketed() + ":" + port + "/"
                + encoded(database) + "?sslmode=disable";
    }

    /** The URL for JDBC; user and password are passed separately. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + bracketed() + ":" + port + "/" + encoded(database) + "?sslmode=disable";
    }

    /**
     * The URL for R2DBC.
     *
     * @param driver {@code headgate}, or a chain such as {@code pool:postgresql}
     */
    public String r2dbcUrl(String driver) {
        return "r2dbc:" + driver + "://" + encoded(user) + ":" + encoded(password) + "@" + bracketed() + ":" + port
                + "/" + encoded(database) + "?sslMode=disable";
    }

    private String bracketed() {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return user + "@" + host + ":" + port + "/" + database;
    }
}
