package io.headgate.core.driver;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the client accepts at login, with the names and meanings of libpq.
 *
 * @param requireAuth the accepted authentication methods ({@code require_auth}); by default all
 * @param channelBinding whether the SCRAM proof is bound to the TLS connection
 * @param maxProtocolVersion the newest protocol version that the client requests; a server may answer with an older one
 * @see <a href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-REQUIRE-AUTH">PostgreSQL, Parameter
 *     Key Words</a>
 */
public record LoginSettings(
        Set<Method> requireAuth, ChannelBinding channelBinding, ProtocolVersion maxProtocolVersion) {

    private static final LoginSettings DEFAULTS =
            new LoginSettings(EnumSet.allOf(Method.class), ChannelBinding.PREFER, ProtocolVersion.V3_0);

    /** Methods of libpq that this client does not support. They are ignored in a list, with and without the {@code !}. */
    private static final List<String> UNSUPPORTED = List.of("gss", "sspi", "oauth");

    /** Authentication methods. */
    public enum Method {
        /** The server asks for the password itself, which this client sends only over TLS. */
        PASSWORD,
        /** The server asks for the password's MD5 hash. */
        MD5,
        /** Both sides prove that they know the password, and neither sends it. */
        SCRAM_SHA_256,
        /** The server asks for nothing. */
        NONE;

        /** The method's name in libpq: {@code scram-sha-256}. */
        public String parameter() {
            return libpqName(this);
        }
    }

    /** Whether SCRAM is bound to the TLS connection, so that an attacker in between cannot forward it. */
    public enum ChannelBinding {
        /** Never bound. */
        DISABLE,
        /** Bound if the server offers it. */
        PREFER,
        /** Always bound; a server without channel binding is refused. */
        REQUIRE
    }

    /** Versions of the protocol between client and server. */
    public enum ProtocolVersion {
        /** Supported by every server and pooler. */
        V3_0("3.0", 3 << 16),
        /** PostgreSQL 18 and newer: longer keys for cancel requests. */
        V3_2("3.2", 3 << 16 | 2);

        private final String parameter;
        private final int code;

        ProtocolVersion(String parameter, int code) {
            this.parameter = parameter;
            this.code = code;
        }

        /** The version's name in libpq: {@code 3.2}. */
        public String parameter() {
            return parameter;
        }

        /** The version as encoded in a start-up message. */
        public int code() {
            return code;
        }
    }

    /** @throws IllegalArgumentException if no method is left, or channel binding is required and SCRAM is not accepted */
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
     * Any method, channel binding if the server offers it, and protocol 3.0, as libpq's defaults. A pooler or proxy may refuse a newer
     * version, and 3.2 only adds longer keys for cancel requests.
     */
    public static LoginSettings defaults() {
        return DEFAULTS;
    }

    /**
     * Reads the values of libpq's parameters; null means the default.
     *
     * @param requireAuth methods separated by commas, such as {@code scram-sha-256,md5}; or each with a {@code !} in front, which
     *     accepts all others
     * @param channelBinding {@code disable}, {@code prefer} or {@code require}
     * @param maxProtocolVersion {@code 3.0}, {@code 3.2} or {@code latest}
     * @throws IllegalArgumentException if a value is malformed; the message names it and the accepted values
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
            if (UNSUPPORTED.contains(name)) {
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
            if (libpqName(each).equals(text)) {
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

    private static String libpqName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
