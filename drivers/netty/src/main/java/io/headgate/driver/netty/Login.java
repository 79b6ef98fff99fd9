package io.headgate.driver.netty;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.LoginSettings;
import io.headgate.core.driver.LoginSettings.ChannelBinding;
import io.headgate.core.driver.LoginSettings.Method;
import io.headgate.core.driver.LoginSettings.ProtocolVersion;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ServerError;
import io.headgate.driver.netty.protocol.Backend;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Logs a connection in, from the start-up message to the first ReadyForQuery. With SCRAM the server must prove that it knows the password
 * too. A password in clear text is sent only over TLS. Methods that the settings do not accept are not answered.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sasl-authentication.html">PostgreSQL, SASL Authentication</a>
 */
final class Login extends SyncUnit {

    /** Bytes of the secret in protocol 3.0, and the minimum of later versions. */
    private static final int SHORT_KEY = 4;

    /** Most bytes of the secret from protocol 3.2 on. */
    private static final int LONGEST_KEY = 256;

    private static final int OK = 0;
    private static final int CLEAR_TEXT = 3;
    private static final int MD5 = 5;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    private final Wire wire;
    private final ConnectionSettings settings;
    private final Credentials credentials;
    private final ProtocolVersion requested;
    private final Consumer<BackendKey> whenLoggedIn;
    private final Consumer<Throwable> whenRefused;
    private @Nullable ScramExchange scram;
    private boolean passwordSent;
    private boolean authenticated;
    private @Nullable ServerError error;
    private int version;

    /** A message other than an error has arrived. */
    private boolean hasMessage;

    private @Nullable Throwable refusal;
    private BackendKey key = new BackendKey(0, new byte[4]);

    /** Identifies a connection in a cancel request. */
    record BackendKey(int processId, byte[] secret) {

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return processId;
        }

        @Override
        public String toString() {
            return "BackendKey[" + processId + "]";
        }
    }

    Login(
            Wire wire,
            ConnectionSettings settings,
            Credentials credentials,
            ProtocolVersion requested,
            Consumer<BackendKey> whenLoggedIn,
            Consumer<Throwable> whenRefused) {
        this.wire = wire;
        this.settings = settings;
        this.credentials = credentials;
        this.requested = requested;
        this.version = requested.code();
        this.whenLoggedIn = whenLoggedIn;
        this.whenRefused = whenRefused;
    }

    /** Sends the start-up message. Runs on the event loop. */
    void start() {
        List<String> parameters = new ArrayList<>(List.of(
                "user",
                credentials.user(),
                "database",
                settings.database(),
                "application_name",
                settings.applicationName(),
                "client_encoding",
                "UTF8"));
        String timeZone = settings.timeZone();
        if (timeZone != null) {
            parameters.add("TimeZone");
            parameters.add(timeZone);
        }
        wire.expect(this);
        send(out -> Frontend.startup(out, requested.code(), parameters));
    }

    private void send(Consumer<ByteBuf> message) {
        ByteBuf out = wire.buffer(256);
        message.accept(out);
        wire.write(out);
    }

    @Override
    void receive(byte type, ByteBuf in, int index, int length) {
        boolean first = !hasMessage;
        hasMessage |= type != Backend.ERROR;
        switch (type) {
            case Backend.AUTHENTICATION -> {
                if (length < 4) {
                    throw new DecoderException("an authentication request of " + length + " bytes");
                }
                authenticate(in.getInt(index), in, index + 4, length - 4);
            }
            case Backend.BACKEND_KEY -> key = key(in, index, length);
            case Backend.ERROR -> error = Backend.error(in, index, length);
            case Backend.NEGOTIATE_PROTOCOL -> {
                if (!first) {
                    throw new DecoderException("a version of the protocol after something else");
                }
                version = Backend.negotiated(in, index, length, requested.code());
            }
            default -> throw new DecoderException("a message of type " + (char) type + " at login");
        }
    }

    private BackendKey key(ByteBuf in, int index, int length) {
        int size = length - 4;
        int most = version == ProtocolVersion.V3_0.code() ? SHORT_KEY : LONGEST_KEY;
        if (size < SHORT_KEY || size > most) {
            throw new DecoderException("a key for cancel requests of " + size + " bytes; protocol "
                    + (most == SHORT_KEY ? "3.0 has " + SHORT_KEY : "3.2 has " + SHORT_KEY + " to " + LONGEST_KEY));
        }
        byte[] secret = new byte[size];
        in.getBytes(index + 4, secret);
        return new BackendKey(in.getInt(index), secret);
    }

    private void authenticate(int request, ByteBuf in, int index, int length) {
        ScramExchange exchange = scram;
        switch (request) {
            case OK -> {
                authenticated = true;
                if (exchange == null ? !passwordSent && !accepts(Method.NONE) : !exchange.isProven()) {
                    refuse(exchange == null ? notAccepted(Method.NONE) : notProven());
                }
            }
            case CLEAR_TEXT -> {
                if (!accepts(Method.PASSWORD)) {
                    refuse(notAccepted(Method.PASSWORD));
                } else if (tls() == null) {
                    refuse(new ConfigurationException(settings.node()
                            + " asks for the password in clear text over a connection that is not encrypted; use"
                            + " scram-sha-256 on the server, or a host with sslmode=verify-full"));
                } else {
                    sendPassword(credentials.password());
                }
            }
            case MD5 -> {
                if (length < 4) {
                    throw new DecoderException("a salt of " + length + " bytes");
                }
                if (!accepts(Method.MD5)) {
                    refuse(notAccepted(Method.MD5));
                    return;
                }
                byte[] salt = new byte[4];
                in.getBytes(index, salt);
                sendPassword(md5(salt));
            }
            case SASL -> {
                if (accepts(Method.SCRAM_SHA_256)) {
                    begin(in, index, length);
                } else {
                    refuse(notAccepted(Method.SCRAM_SHA_256));
                }
            }
            case SASL_CONTINUE -> prove(begun(exchange), in.toString(index, length, StandardCharsets.UTF_8));
            case SASL_FINAL -> {
                try {
                    begun(exchange).check(in.toString(index, length, StandardCharsets.UTF_8));
                } catch (ConfigurationException wrong) {
                    refuse(wrong);
                }
            }
            default ->
                refuse(new ConfigurationException(settings.node() + " asks for authentication method " + request
                        + ", which is not supported; use scram-sha-256 in pg_hba.conf"));
        }
    }

    /** Whether the settings accept a method. For SCRAM, {@link ScramExchange} checks the channel binding. */
    private boolean accepts(Method method) {
        LoginSettings login = settings.login();
        return login.requireAuth().contains(method)
                && (method == Method.SCRAM_SHA_256 || login.channelBinding() != ChannelBinding.REQUIRE);
    }

    private ConfigurationException notAccepted(Method method) {
        LoginSettings login = settings.login();
        String does = settings.node()
                + (method == Method.NONE
                        ? " lets user \"" + credentials.user() + "\" in without a password"
                        : " asks for authentication by " + method.parameter());
        if (login.requireAuth().contains(method)) {
            return new ConfigurationException(does + ", and channel_binding is require, which scram-sha-256 alone has;"
                    + " use that on the server, or channel_binding=prefer");
        }
        return new ConfigurationException(does + ", and require_auth accepts "
                + login.requireAuth().stream().map(Method::parameter).sorted().toList()
                + "; change the method on the server (pg_hba.conf, PgBouncer's auth_type), or add it to require_auth");
    }

    private ConfigurationException notProven() {
        return new ConfigurationException(settings.node()
                + " accepted the password without proving that it knows it; a host in between may impersonate it");
    }

    private void sendPassword(String password) {
        passwordSent = true;
        send(out -> Frontend.password(out, password));
    }

    private String md5(byte[] salt) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(credentials.password().getBytes(StandardCharsets.UTF_8));
            digest.update(credentials.user().getBytes(StandardCharsets.UTF_8));
            String inner = HexFormat.of().formatHex(digest.digest());
            digest.update(inner.getBytes(StandardCharsets.US_ASCII));
            digest.update(salt);
            return "md5" + HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void begin(ByteBuf in, int index, int length) {
        List<String> mechanisms = new ArrayList<>();
        int at = index;
        while (at < index + length && in.getByte(at) != 0) {
            String mechanism = Backend.text(in, at, index + length);
            mechanisms.add(mechanism);
            at += mechanism.length() + 1;
        }
        if (scram != null) {
            throw new DecoderException("a second beginning of SASL");
        }
        try {
            ScramExchange exchange = ScramExchange.begin(settings, credentials, mechanisms, tls());
            scram = exchange;
            send(out -> Frontend.saslInitial(out, exchange.mechanism(), exchange.first()));
        } catch (ConfigurationException unusable) {
            refuse(unusable);
        }
    }

    private static ScramExchange begun(@Nullable ScramExchange exchange) {
        if (exchange == null) {
            throw new DecoderException("a SASL message before the request for SASL");
        }
        return exchange;
    }

    private void prove(ScramExchange exchange, String message) {
        EventLoop loop = wire.channel().eventLoop();
        exchange.proof(message)
                .subscribe(
                        proof -> loop.execute(() -> send(out -> Frontend.saslResponse(out, proof))),
                        bad -> loop.execute(() -> refuse(bad)));
    }

    private @Nullable SslHandler tls() {
        return wire.channel().pipeline().get(SslHandler.class);
    }

    private void refuse(Throwable why) {
        refusal = why;
        wire.abort();
    }

    @Override
    boolean isAnswered() {
        return authenticated || error != null;
    }

    @Override
    void done() {
        ServerError refused = error;
        if (refused == null && refusal == null) {
            wire.loggedIn();
            whenLoggedIn.accept(key);
        } else {
            wire.abort();
            whenRefused.accept(reason(null, ""));
        }
    }

    @Override
    void lost(@Nullable ServerError fatal, String why, boolean sent) {
        whenRefused.accept(reason(fatal, why));
    }

    private Throwable reason(@Nullable ServerError fatal, String why) {
        Throwable own = refusal;
        if (own != null) {
            return own;
        }
        ServerError answer = fatal != null ? fatal : error;
        if (!hasMessage
                && requested != ProtocolVersion.V3_0
                && (answer == null || ProtocolVersions.isRefusal(answer))) {
            return new ProtocolVersions.Refused();
        }
        return answer != null ? new Refused(answer) : new java.io.IOException(why);
    }

    /** The server has refused the login. */
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1;

        private final ServerError error;

        Refused(ServerError error) {
            super(error.message(), null, false, false);
            this.error = error;
        }

        ServerError error() {
            return error;
        }
    }
}
