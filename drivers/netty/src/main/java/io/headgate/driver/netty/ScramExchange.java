package io.headgate.driver.netty;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.StringPreparation;
import com.ongres.scram.common.exception.ScramException;
import com.ongres.scram.common.util.TlsServerEndpoint;
import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.LoginSettings.ChannelBinding;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.topology.Node;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A SCRAM exchange: client and server prove to each other that they know the password. Over TLS the proof is bound to the server's
 * certificate if the server offers that. The exchange fails if the settings require the binding and there is none. Confined to an event
 * loop.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sasl-authentication.html">PostgreSQL, SASL Authentication</a>
 */
final class ScramExchange {

    /** Most iterations: half a second of work, and 244 times PostgreSQL's default. A peer that asks for more wants to block the client. */
    private static final int MAX_ITERATIONS = 1_000_000;

    /** The server's first message (RFC 5802). It is parsed strictly, because it decides how much work it causes. */
    private static final Pattern FIRST =
            Pattern.compile("r=[\\x21-\\x2b\\x2d-\\x7e]+,s=[A-Za-z0-9/+=]+,i=([1-9][0-9]{0,17})");

    /** PostgreSQL's only variant of SCRAM. */
    private static final String MECHANISM = "SCRAM-SHA-256";

    private final Node node;
    private final ScramClient client;
    private final String first;
    private boolean received;
    private boolean proven;

    private ScramExchange(Node node, ScramClient client) {
        this.node = node;
        this.client = client;
        this.first = client.clientFirstMessage().toString();
    }

    /**
     * Begins an exchange.
     *
     * @param mechanisms the mechanisms that the server offers
     * @throws ConfigurationException if none of them can be used
     */
    static ScramExchange begin(
            ConnectionSettings settings, Credentials credentials, List<String> mechanisms, @Nullable SslHandler tls) {
        ChannelBinding wanted = settings.login().channelBinding();
        byte[] binding = tls == null || wanted == ChannelBinding.DISABLE ? null : binding(tls);
        List<String> usable = mechanisms.stream()
                .filter(each -> each.equals(MECHANISM) || each.equals(MECHANISM + "-PLUS"))
                .toList();
        ScramExchange exchange;
        try {
            var builder = ScramClient.builder()
                    .advertisedMechanisms(usable)
                    .username("*") // the start-up message names the user; PostgreSQL ignores this one
                    .password(credentials.password().toCharArray())
                    .stringPreparation(StringPreparation.POSTGRESQL_PREPARATION);
            exchange = new ScramExchange(
                    settings.node(),
                    binding == null
                            ? builder.build()
                            : builder.channelBinding(TlsServerEndpoint.TLS_SERVER_END_POINT, binding)
                                    .build());
        } catch (RuntimeException unusable) {
            throw new ConfigurationException(
                    settings.node() + " offers " + mechanisms + " and none can be used: " + unusable.getMessage(),
                    unusable);
        }
        if (wanted == ChannelBinding.REQUIRE
                && !exchange.client.getScramMechanism().isPlus()) {
            throw new ConfigurationException("channel_binding is require, and with " + settings.node()
                    + (tls == null
                            ? " the connection is not encrypted; use sslmode=require or stronger"
                            : " none of the offered mechanisms is bound to TLS: " + mechanisms
                                    + "; PgBouncer has none, use channel_binding=prefer there"));
        }
        return exchange;
    }

    private static byte @Nullable [] binding(SslHandler tls) {
        try {
            X509Certificate certificate =
                    (X509Certificate) tls.engine().getSession().getPeerCertificates()[0];
            return TlsServerEndpoint.getChannelBindingData(certificate);
        } catch (SSLPeerUnverifiedException | CertificateEncodingException none) {
            return null;
        }
    }

    String mechanism() {
        return client.getScramMechanism().getName();
    }

    /** The client's first message. */
    String first() {
        return first;
    }

    /**
     * Computes the client's proof, the answer to the server's first message. It takes thousands of hashes, by the server's iteration
     * count, so it runs on Reactor's bounded elastic threads.
     *
     * @return fails with {@link ConfigurationException}
     */
    Mono<String> proof(String message) {
        Matcher read = FIRST.matcher(message);
        if (received || !read.matches()) {
            return Mono.error(new ConfigurationException(
                    "SCRAM with " + node + " failed: its first message " + (received ? "came twice" : "is malformed")
                            + "; check that no host in between impersonates the server"));
        }
        received = true;
        if (Long.parseLong(read.group(1)) > MAX_ITERATIONS) {
            return Mono.error(new ConfigurationException(node + " asks for " + read.group(1)
                    + " iterations of SCRAM, more than " + MAX_ITERATIONS
                    + "; set the password anew with a smaller scram_iterations"));
        }
        return Mono.fromCallable(() -> {
                    client.serverFirstMessage(message);
                    return client.clientFinalMessage().toString();
                })
                .onErrorMap(this::failed)
                .subscribeOn(Schedulers.boundedElastic());
    }

    /**
     * Checks the server's proof.
     *
     * @throws ConfigurationException if it is wrong
     */
    void check(String message) {
        try {
            client.serverFinalMessage(message);
            proven = true;
        } catch (ScramException | RuntimeException bad) {
            throw failed(bad);
        }
    }

    /** Whether the server has proven that it knows the password. */
    boolean isProven() {
        return proven;
    }

    private ConfigurationException failed(Throwable bad) {
        return new ConfigurationException(
                "SCRAM with " + node + " failed: " + bad.getMessage()
                        + "; check the password, and that no host in between impersonates the server",
                bad);
    }
}
