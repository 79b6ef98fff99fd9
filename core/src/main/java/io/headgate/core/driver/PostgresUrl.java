package io.headgate.core.driver;

import io.headgate.core.error.ConfigurationException;
import io.headgate.core.topology.Node;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Reads {@code postgresql://user:password@host:port/database?parameter=value}, libpq's format. User and password may be
 * percent-encoded. The default port is 5432. A host that begins with {@code %2F}, an encoded slash, is the folder of a unix socket.
 *
 * <p>Parameters: {@code sslmode}, {@code sslrootcert}, {@code sslnegotiation}, {@code connect_timeout} (seconds), {@code
 * application_name}, {@code statement_cache_size}, {@code max_value_bytes}, {@code max_result_rows}, {@code max_result_bytes}, {@code
 * time_zone}, {@code require_auth}, {@code channel_binding}, {@code max_protocol_version}, {@code zone}, {@code weight}. Any other parameter is an error that names
 * the most similar known one. No message shows the password.
 *
 * @see <a href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS">PostgreSQL, Connection
 *     URIs</a>
 */
final class PostgresUrl {

    private static final int DEFAULT_PORT = 5432;
    private static final List<String> PARAMETERS = List.of(
            "sslmode",
            "sslrootcert",
            "sslnegotiation",
            "connect_timeout",
            "application_name",
            "statement_cache_size",
            "max_value_bytes",
            "max_result_rows",
            "max_result_bytes",
            "time_zone",
            "require_auth",
            "channel_binding",
            "max_protocol_version",
            "zone",
            "weight");

    /** The scheme, or several as in a JDBC URL; also postgres: without slashes. */
    private static final Pattern SCHEME = Pattern.compile("^(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)*//|postgres(?:ql)?:)");

    private static final Pattern NAME = Pattern.compile("\\w*");

    private final String shown;
    private final Map<String, String> parameters;

    private PostgresUrl(String shown, Map<String, String> parameters) {
        this.shown = shown;
        this.parameters = parameters;
    }

    static ConnectionSettings parse(String url) {
        String shown = withoutSecrets(url);
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new ConfigurationException("the URL " + shown + " is malformed"
                    + (e.getIndex() >= 0 ? " near character " + (e.getIndex() + 1) : "")
                    + "; write postgresql://user:password@host:port/database and percent-encode special characters");
        }
        if (!"postgresql".equals(uri.getScheme()) && !"postgres".equals(uri.getScheme())) {
            throw new ConfigurationException("the URL " + shown
                    + (uri.getScheme() == null ? " has no scheme" : " begins with \"" + uri.getScheme() + "\"")
                    + "; it has to begin with postgresql://");
        }
        Authority authority = Authority.of(uri);
        // check this before the parameters: a ? in a password makes a part of the password look like a parameter
        requireParts(uri, authority, shown);
        requireOneUserInfo(uri, shown);
        PostgresUrl parser = new PostgresUrl(shown, query(uri, shown));
        return parser.settings(uri, authority);
    }

    /** The part between the scheme and the database. {@link URI} itself cannot parse a folder as host. */
    private record Authority(
            @Nullable String user, @Nullable String host, int port) {

        private static final Pattern UNIX_SOCKET =
                Pattern.compile("(?:([^@]*)@)?(%2[Ff](?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})*)(?::(\\d{1,5}))?");

        static Authority of(URI uri) {
            Matcher socket = UNIX_SOCKET.matcher(uri.getHost() == null ? String.valueOf(uri.getRawAuthority()) : "");
            if (socket.matches()) {
                String port = socket.group(3);
                return new Authority(
                        socket.group(1), decode(socket.group(2)), port == null ? -1 : Integer.parseInt(port));
            }
            String host = uri.getHost();
            return new Authority(
                    uri.getRawUserInfo(), host == null ? null : host.replaceAll("^\\[|\\]$", ""), uri.getPort());
        }
    }

    /**
     * The URL for messages: without the part between user and host, even if that part is malformed, and without parameters, which
     * may contain passwords too.
     */
    private static String withoutSecrets(String url) {
        Matcher scheme = SCHEME.matcher(url);
        int user = scheme.find() ? scheme.end() : 0;
        int colon = url.indexOf(':', user);
        int at = url.lastIndexOf('@');
        String shown = url;
        if (colon >= 0 && colon < at) {
            shown = url.substring(0, colon) + ":***" + url.substring(at);
        } else if (at < 0 && colon >= 0 && !url.substring(colon).matches("(?s):\\d*([/?#].*)?")) {
            // not a port: a password, and the host is missing
            shown = url.substring(0, colon) + ":***";
        }
        return shown.split("[?#]", 2)[0];
    }

    private static void requireParts(URI uri, Authority authority, String shown) {
        if (authority.host() == null) {
            throw wrong(
                    shown,
                    "has no host, or a host or port that is malformed; percent-encode special characters in user and "
                            + "password");
        }
        if (authority.user() == null) {
            throw wrong(shown, "names no user; write postgresql://user:password@...");
        }
        if (uri.getPath() == null || uri.getPath().length() < 2) {
            throw wrong(shown, "names no database; write .../database after host and port");
        }
    }

    /** An @ or # after the host usually comes from a password that is not encoded; later messages would show parts of it. */
    private static void requireOneUserInfo(URI uri, String shown) {
        String afterHost = uri.getRawPath() + "?" + uri.getRawQuery();
        if (uri.getRawFragment() != null || afterHost.indexOf('@') >= 0) {
            throw wrong(
                    shown, "has an @ or # behind the host; percent-encode it as %40 or %23, in user and password too");
        }
    }

    private ConnectionSettings settings(URI uri, Authority authority) {
        String userInfo = Objects.requireNonNull(authority.user());
        int colon = userInfo.indexOf(':');
        int port = authority.port() < 0 ? DEFAULT_PORT : authority.port();
        try {
            Credentials credentials = new Credentials(
                    decode(colon < 0 ? userInfo : userInfo.substring(0, colon)),
                    colon < 0 ? "" : decode(userInfo.substring(colon + 1)));
            return new ConnectionSettings(
                    Objects.requireNonNull(authority.host()),
                    port,
                    uri.getPath().substring(1),
                    Mono.just(credentials),
                    tls(),
                    Duration.ofSeconds(number(
                            "connect_timeout",
                            ConnectionSettings.DEFAULT_CONNECT_TIMEOUT.toSeconds(),
                            ConnectionSettings.LONGEST_CONNECT_TIMEOUT.toSeconds())),
                    parameters.getOrDefault("application_name", "headgate"),
                    (int) number("statement_cache_size", ConnectionSettings.DEFAULT_STATEMENT_CACHE_SIZE, 100_000),
                    (int) number("max_value_bytes", ConnectionSettings.DEFAULT_MAX_VALUE_BYTES, Integer.MAX_VALUE),
                    new ResultLimit(
                            (int) number("max_result_rows", ResultLimit.DEFAULT.rows(), Integer.MAX_VALUE),
                            number("max_result_bytes", ResultLimit.DEFAULT.bytes(), Integer.MAX_VALUE)),
                    parameters.get("time_zone"),
                    LoginSettings.parse(
                            parameters.get("require_auth"),
                            parameters.get("channel_binding"),
                            parameters.get("max_protocol_version")),
                    parameters.get("zone"),
                    (int) number("weight", Node.DEFAULT_WEIGHT, Node.MAX_WEIGHT));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("the URL " + shown + ": " + e.getMessage(), e);
        }
    }

    private TlsSettings tls() {
        String mode = parameters.get("sslmode");
        String root = parameters.get("sslrootcert");
        for (TlsSettings.Mode known : TlsSettings.Mode.values()) {
            if (known.parameter().equals(mode == null ? "prefer" : mode)) {
                return new TlsSettings(known, root == null ? null : Path.of(root), negotiation());
            }
        }
        throw wrong("has sslmode=" + mode + "; it is one of disable, prefer, require, verify-ca, verify-full");
    }

    private TlsSettings.Negotiation negotiation() {
        String negotiation = parameters.getOrDefault("sslnegotiation", "postgres");
        return switch (negotiation) {
            case "postgres" -> TlsSettings.Negotiation.POSTGRES;
            case "direct" -> TlsSettings.Negotiation.DIRECT;
            default -> throw wrong("has sslnegotiation=" + negotiation + "; it is one of postgres, direct");
        };
    }

    private long number(String parameter, long fallback, long max) {
        String value = parameters.get(parameter);
        if (value == null) {
            return fallback;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below, like a number out of range
        }
        throw wrong("has " + parameter + "=" + value + "; it is a whole number from 1 to " + max);
    }

    private static Map<String, String> query(URI uri, String shown) {
        Map<String, String> parameters = new LinkedHashMap<>();
        String query = uri.getRawQuery();
        if (query == null) {
            return parameters;
        }
        for (String part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            if (name.isEmpty()) {
                throw wrong(
                        shown,
                        "has a parameter without a name behind its ?; write ?name=value&name=value, or leave out the ?");
            }
            if (!PARAMETERS.contains(name)) {
                // if this is not a valid name, it may be a part of a password
                throw wrong(
                        shown,
                        "has an unknown parameter" + (NAME.matcher(name).matches() ? " \"" + name + "\"" : "") + "; "
                                + ConfigurationException.nearest(name, PARAMETERS));
            }
            if (equals < 0 || equals == part.length() - 1) {
                throw wrong(shown, "gives parameter \"" + name + "\" no value");
            }
            if (parameters.put(name, decode(part.substring(equals + 1))) != null) {
                throw wrong(shown, "gives parameter \"" + name + "\" twice");
            }
        }
        return parameters;
    }

    private ConfigurationException wrong(String what) {
        return wrong(shown, what);
    }

    private static ConfigurationException wrong(String shown, String what) {
        return new ConfigurationException("the URL " + shown + " " + what);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
