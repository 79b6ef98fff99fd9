package io.headgate.driver.netty;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.TlsSettings;
import io.headgate.core.error.ConfigurationException;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The checks of TLS, with the meanings of libpq. Stateless. */
final class Tls {

    /**
     * PostgreSQL's name in ALPN. With direct TLS the client must name it and the server must confirm it. So a server of another protocol
     * on that port cannot be made to answer this one.
     *
     * @see <a href="https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL">PostgreSQL, SSL Session Encryption</a>
     */
    private static final String PROTOCOL = "postgresql";

    private Tls() {}

    /** Reads the root certificate. Blocks; do not call it on an event loop. */
    static SslContext context(TlsSettings settings) {
        Path root = settings.rootCertificate();
        SslContextBuilder builder = SslContextBuilder.forClient();
        if (settings.negotiation() == TlsSettings.Negotiation.DIRECT) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    PROTOCOL));
        }
        try {
            switch (settings.mode()) {
                case VERIFY_CA -> trust(builder, root).endpointIdentificationAlgorithm(null);
                case VERIFY_FULL -> trust(builder, root).endpointIdentificationAlgorithm("HTTPS");
                default ->
                    builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm(null);
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new ConfigurationException(
                    root == null
                            ? "cannot load the Java runtime's trusted certificates: " + e
                            : "cannot read the root certificate " + root + ": " + e,
                    e);
        }
    }

    private static SslContextBuilder trust(SslContextBuilder builder, @Nullable Path root) {
        return root == null ? builder : builder.trustManager(root.toFile());
    }

    /** Checks that the server has confirmed the protocol, with direct TLS. */
    static void checkProtocol(ConnectionSettings settings, SslHandler handler) {
        if (settings.tls().negotiation() == TlsSettings.Negotiation.DIRECT
                && !PROTOCOL.equals(handler.applicationProtocol())) {
            throw new ConfigurationException(settings.node()
                    + " supports TLS, but does not confirm by ALPN that it speaks PostgreSQL's protocol, as"
                    + " sslnegotiation=direct demands; check host and port, or leave sslnegotiation out");
        }
    }

    /**
     * Checks the dates of the server's certificate, and of a root that it sends, in the modes that verify certificates: Java does not
     * check the dates of a certificate that is itself trusted. Other certificates may be past their dates if Java has found a path to a
     * root without them.
     */
    static void checkDates(TlsSettings settings, SSLSession session) throws SSLException, CertificateException {
        if (settings.mode() == TlsSettings.Mode.VERIFY_CA || settings.mode() == TlsSettings.Mode.VERIFY_FULL) {
            boolean servers = true;
            for (Certificate each : session.getPeerCertificates()) {
                X509Certificate certificate = (X509Certificate) each;
                if (servers || certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal())) {
                    certificate.checkValidity();
                }
                servers = false;
            }
        }
    }
}
