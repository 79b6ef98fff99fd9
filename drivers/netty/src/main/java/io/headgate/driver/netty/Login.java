package io.headgate.driver.netty;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.StringPreparation;
import com.ongres.scram.common.exception.ScramException;
import com.ongres.scram.common.util.TlsServerEndpoint;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ServerError;
import io.headgate.driver.netty.protocol.Backend;
import io.headgate.driver.netty.protocol.Frontend;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Logs a connection in: from the start-up message to the first ReadyForQuery. A server that asks for SCRAM has to prove that it
 * knows the password too; a password in clear text is given to none but over TLS.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sasl-authentication.html">PostgreSQL, SASL Authentication</a>
 */
final class Login extends Unit {

    /** Half a second of work, and 244 times PostgreSQL's default: what asks for more wants to keep the client busy. */
    private static final int MOST_ITERATIONS = 1_000_000;

    private static final Pattern ITERATIONS = Pattern.compile(",i=([0-9]{1,18})");

    private static final int OK = 0;
    private static final int CLEAR_TEXT = 3;
    private static final int MD5 = 5;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    private final Wire wire;
    private final ConnectionSettings settings;
    private final Credentials credentials;
    private final Consumer<BackendKey> whenIn;
    private final Consumer<Throwable> whenRefused;
    private @Nullable ScramClient scram;
    private boolean scramBegun;
    private boolean serverProven;
    private boolean authenticated;
    private @Nullable ServerError error;
    private @Nullable Throwable refusal;
    private BackendKey key = new BackendKey(0, new byte[4]);

    /** What a cancel request names a connection by. */
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
            Consumer<BackendKey> whenIn,
            Consumer<Throwable> whenRefused) {
        this.wire = wire;
        this.settings = settings;
        this.credentials = credentials;
        this.whenIn = whenIn;
        this.whenRefused = whenRefused;
    }

    /** Sends the start-up message. On the loop. */
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
        send(out -> Frontend.startup(out, parameters));
    }

    private void send(Consumer<ByteBuf> message) {
        ByteBuf out = wire.buffer(256);
        message.accept(out);
        wire.write(out);
    }

    @Override
    void receive(byte type, ByteBuf in, int index, int length) {
        switch (type) {
            case Backend.AUTHENTICATION -> {
                if (length < 4) {
                    throw new DecoderException("an authentication request of " + length + " bytes");
                }
                authenticate(in.getInt(index), in, index + 4, length - 4);
            }
            case Backend.BACKEND_KEY -> {
                if (length < 8) {
                    throw new DecoderException("a key for cancel requests of " + length + " bytes");
                }
                byte[] secret = new byte[length - 4];
                in.getBytes(index + 4, secret);
                key = new BackendKey(in.getInt(index), secret);
            }
            case Backend.ERROR -> error = Backend.error(in, index, length);
            case Backend.NEGOTIATE_PROTOCOL -> {}
            default -> throw new DecoderException("a message of type " + (char) type + " at login");
        }
    }

    private void authenticate(int request, ByteBuf in, int index, int length) {
        switch (request) {
            case OK -> {
                authenticated = true;
                if (scramBegun && !serverProven) {
                    refuse(
                            new ConfigurationException(
                                    settings.node()
                                            + " accepted the password without proving that it knows it; something between pretends to be it"));
                }
            }
            case CLEAR_TEXT -> {
                if (tls() == null) {
                    refuse(new ConfigurationException(settings.node()
                            + " asks for the password in clear text over a connection that is not encrypted; use"
                            + " sslmode=verify-full, or scram-sha-256 on the server"));
                } else {
                    send(out -> Frontend.password(out, credentials.password()));
                }
            }
            case MD5 -> {
                if (length < 4) {
                    throw new DecoderException("a salt of " + length + " bytes");
                }
                byte[] salt = new byte[4];
                in.getBytes(index, salt);
                send(out -> Frontend.password(out, md5(salt)));
            }
            case SASL -> begin(in, index, length);
            case SASL_CONTINUE -> goOn(in.toString(index, length, StandardCharsets.UTF_8));
            case SASL_FINAL -> prove(in.toString(index, length, StandardCharsets.UTF_8));
            default ->
                refuse(new ConfigurationException(settings.node() + " asks for authentication method " + request
                        + ", which is not supported; use scram-sha-256 in pg_hba.conf"));
        }
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
        try {
            var builder = ScramClient.builder()
                    .advertisedMechanisms(mechanisms)
                    .username("*") // the start-up message names the user; PostgreSQL ignores this one
                    .password(credentials.password().toCharArray())
                    .stringPreparation(StringPreparation.POSTGRESQL_PREPARATION);
            byte[] binding = channelBinding();
            ScramClient client = binding == null
                    ? builder.build()
                    : builder.channelBinding(TlsServerEndpoint.TLS_SERVER_END_POINT, binding)
                            .build();
            scram = client;
            scramBegun = true;
            String first = client.clientFirstMessage().toString();
            send(out -> Frontend.saslInitial(out, client.getScramMechanism().getName(), first));
        } catch (RuntimeException unusable) {
            refuse(new ConfigurationException(
                    settings.node() + " offers " + mechanisms + " and none can be used: " + unusable.getMessage(),
                    unusable));
        }
    }

    private byte @Nullable [] channelBinding() {
        SslHandler tls = tls();
        if (tls == null) {
            return null;
        }
        try {
            X509Certificate certificate =
                    (X509Certificate) tls.engine().getSession().getPeerCertificates()[0];
            return TlsServerEndpoint.getChannelBindingData(certificate);
        } catch (SSLPeerUnverifiedException | CertificateEncodingException none) {
            return null;
        }
    }

    private @Nullable SslHandler tls() {
        return wire.channel().pipeline().get(SslHandler.class);
    }

    /** The proof takes thousands of hashes, as many as the server says: not on the loop. */
    private void goOn(String message) {
        ScramClient client = scram;
        if (client == null) {
            throw new DecoderException("a SASL message without a beginning");
        }
        Matcher iterations = ITERATIONS.matcher(message);
        if (iterations.find() && Long.parseLong(iterations.group(1)) > MOST_ITERATIONS) {
            refuse(new ConfigurationException(settings.node() + " asks for " + iterations.group(1)
                    + " iterations of SCRAM, more than " + MOST_ITERATIONS
                    + "; set the password anew with a smaller scram_iterations"));
            return;
        }
        Mono.fromCallable(() -> {
                    client.serverFirstMessage(message);
                    return client.clientFinalMessage().toString();
                })
                .subscribeOn(Schedulers.boundedElastic())
                .subscribe(
                        answer -> wire.channel()
                                .eventLoop()
                                .execute(() -> send(out -> Frontend.saslResponse(out, answer))),
                        bad -> wire.channel().eventLoop().execute(() -> refuse(scramFailed(bad))));
    }

    private void prove(String message) {
        ScramClient client = scram;
        if (client == null) {
            throw new DecoderException("a SASL message without a beginning");
        }
        try {
            client.serverFinalMessage(message);
            serverProven = true;
        } catch (ScramException | RuntimeException bad) {
            refuse(scramFailed(bad));
        }
    }

    private ConfigurationException scramFailed(Throwable bad) {
        return new ConfigurationException(
                "SCRAM with " + settings.node() + " failed: " + bad.getMessage()
                        + "; check the password, and that nothing between pretends to be the server",
                bad);
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
            wire.trust();
            whenIn.accept(key);
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
        ServerError said = fatal != null ? fatal : error;
        return said != null ? new Refused(said) : new java.io.IOException(why);
    }

    /** The server said no. */
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
