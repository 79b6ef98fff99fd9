package io.headgate.benchmarks.contender;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.TlsSettings;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Where every contender connects to, without TLS. The password does not show in {@link #toString()}. */
public record Target(String host, int port, String database, String user, String password) {

    /**
     * Reads {@code postgresql://user:password@host:port/database}.
     *
     * @throws RuntimeException naming what is wrong with it
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
                settings.host(), settings.port(), settings.database(), credentials.user(), credentials.password());
    }

    /** As Headgate and the worker processes take it. */
    public String url() {
        return "postgresql://" + encoded(user) + ":" + encoded(password) + "@" + bracketed() + ":" + port + "/"
                + encoded(database) + "?sslmode=disable";
    }

    /** As JDBC takes it; user and password go beside it. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + bracketed() + ":" + port + "/" + encoded(database) + "?sslmode=disable";
    }

    /**
     * As R2DBC takes it.
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
