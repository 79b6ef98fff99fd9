package io.headgate.core.driver;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a client lets a server do at login, with the names and meanings of libpq.
 *
 * @param requireAuth the methods of which the server has to use one ({@code require_auth}); by default all
 * @param channelBinding whether the proof of the password is tied to the TLS connection that it goes over
 * @param maxProtocolVersion the newest version that the client asks for; a server may answer with an older one
 * @see <a href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-REQUIRE-AUTH">PostgreSQL, Parameter
 *     Key Words</a>
 */
public record LoginSettings(
        Set<Method> requireAuth, ChannelBinding channelBinding, ProtocolVersion maxProtocolVersion) {

    private static final LoginSettings DEFAULTS =
            new LoginSettings(EnumSet.allOf(Method.class), ChannelBinding.PREFER, ProtocolVersion.V3_0);

    /** Methods of libpq that this client has not: to refuse them is needless, to require them is in vain. */
    private static final List<String> NOT_THERE = List.of("gss", "sspi", "oauth");

    /** How a server finds out who logs in. */
    public enum Method {
        /** It asks for the password itself, which this client gives over TLS only. */
        PASSWORD,
        /** It asks for the password's MD5 hash. */
        MD5,
        /** Both sides prove that they know the password, and neither shows it. */
        SCRAM_SHA_256,
        /** It asks for nothing. */
        NONE;

        /** The method as libpq writes it: {@code scram-sha-256}. */
        public String parameter() {
            return spelled(this);
        }
    }

    /** Whether SCRAM is tied to the TLS connection, so that nobody between can pass it on. */
    public enum ChannelBinding {
        /** Never. */
        DISABLE,
        /** If the server offers it. */
        PREFER,
        /** Or the server is refused. */
        REQUIRE
    }

    /** Versions of the protocol between client and server. */
    public enum ProtocolVersion {
        /** Of every server and pooler. */
        V3_0("3.0", 3 << 16),
        /** Of PostgreSQL 18 and newer: longer keys for cancel requests. */
        V3_2("3.2", 3 << 16 | 2);

        private final String parameter;
        private final int code;

        ProtocolVersion(String parameter, int code) {
            this.parameter = parameter;
            this.code = code;
        }

        /** The version as libpq writes it: {@code 3.2}. */
        public String parameter() {
            return parameter;
        }

        /** The version as it stands in a start-up message. */
        public int code() {
            return code;
        }
    }

    /** @throws IllegalArgumentException if no method is left, or the others cannot be tied to a connection as is required */
    public LoginSettings {
        requireAuth = Set.copyOf(requireAuth);
        if (requireAuth.isEmpty()) {
            throw new IllegalArgumentException("require_auth leaves no method to log in by; name one of " + names());
        }
        if (channelBinding == ChannelBinding.REQUIRE && !requireAuth.contains(Method.SCRAM_SHA_256)) {
            throw new IllegalArgumentException(
                    "channel_binding is require, which scram-sha-256 alone has, and require_auth leaves that out; add it");
        }
    }

    /**
     * Any method, bound to the TLS connection where the server offers that, and protocol 3.0. That is libpq's default too: a pooler
     * or proxy between may refuse what is newer, and 3.2 has nothing but longer keys for cancel requests.
     */
    public static LoginSettings defaults() {
        return DEFAULTS;
    }

    /**
     * Reads the values of libpq's parameters; null stands for the default.
     *
     * @param requireAuth methods separated by commas, such as {@code scram-sha-256,md5}, or each with a {@code !} before it for all
     *     but these
     * @param channelBinding {@code disable}, {@code prefer} or {@code require}
     * @param maxProtocolVersion {@code 3.0}, {@code 3.2} or {@code latest}
     * @throws IllegalArgumentException if one is malformed; the message names it and what it may be
     */
    public static LoginSettings parse(
            @Nullable String requireAuth, @Nullable String channelBinding, @Nullable String maxProtocolVersion) {
        return new LoginSettings(
                requireAuth == null ? DEFAULTS.requireAuth : methods(requireAuth),
                channelBinding == null ? DEFAULTS.channelBinding : binding(channelBinding),
                maxProtocolVersion == null ? DEFAULTS.maxProtocolVersion : version(maxProtocolVersion));
    }

    private static Set<Method> methods(String text) {
        String[] parts = text.split(",", -1);
        boolean negated = text.startsWith("!");
        Set<Method> named = EnumSet.noneOf(Method.class);
        for (String part : parts) {
            if (part.startsWith("!") != negated) {
                throw new IllegalArgumentException(
                        "require_auth is \"" + text
                                + "\"; methods with and without ! cannot stand together: name those to accept, or those to refuse");
            }
            String name = negated ? part.substring(1) : part;
            if (NOT_THERE.contains(name)) {
                continue;
            }
            Method method = Arrays.stream(Method.values())
                    .filter(each -> each.parameter().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("require_auth is \"" + text + "\"; it is a list of "
                            + names() + ", separated by commas, or of these with a ! before each"));
            if (!named.add(method)) {
                throw new IllegalArgumentException("require_auth is \"" + text + "\", which names " + name + " twice");
            }
        }
        return negated ? EnumSet.complementOf(EnumSet.copyOf(named)) : named;
    }

    private static ChannelBinding binding(String text) {
        for (ChannelBinding each : ChannelBinding.values()) {
            if (spelled(each).equals(text)) {
                return each;
            }
        }
        throw new IllegalArgumentException(
                "channel_binding is \"" + text + "\"; it is one of disable, prefer, require");
    }

    private static ProtocolVersion version(String text) {
        if (text.equals("latest")) {
            return ProtocolVersion.V3_2;
        }
        for (ProtocolVersion each : ProtocolVersion.values()) {
            if (each.parameter().equals(text)) {
                return each;
            }
        }
        throw new IllegalArgumentException("max_protocol_version is \"" + text + "\"; it is one of 3.0, 3.2, latest");
    }

    private static String names() {
        return Arrays.stream(Method.values()).map(Method::parameter).collect(Collectors.joining(", "));
    }

    private static String spelled(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
