package io.headgate.driver.vertx;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.TlsSettings;
import io.headgate.core.error.ConfigurationException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Converts settings to those of Vert.x. */
final class ConnectOptions {

    /** Most requests in flight: those that go with one statement, such as BEGIN and COMMIT. */
    private static final int PIPELINING_LIMIT = 16;

    private ConnectOptions() {}

    /** Options with a resolved address. Vert.x would resolve the host again and use its first address. */
    private static final class ToAddress extends PgConnectOptions {

        private final SocketAddress address;

        ToAddress(SocketAddress address) {
            this.address = address;
        }

        @Override
        public SocketAddress getSocketAddress() {
            return address;
        }
    }

    /** @param address one of the host's addresses; TLS still checks the host's name */
    static PgConnectOptions of(ConnectionSettings settings, SocketAddress address, Credentials credentials) {
        PgConnectOptions options = new ToAddress(address)
                .setHost(settings.host())
                .setPort(settings.port())
                .setDatabase(settings.database())
                .setUser(credentials.user())
                .setPassword(credentials.password())
                .setPipeliningLimit(PIPELINING_LIMIT);
        Map<String, String> properties = new HashMap<>(options.getProperties());
        properties.clear();
        properties.put("application_name", settings.applicationName());
        properties.put("client_encoding", "UTF8");
        String timeZone = settings.timeZone();
        if (timeZone != null) {
            properties.put("TimeZone", timeZone);
        }
        options.setProperties(properties);
        tls(options, settings.tls());
        return options;
    }

    private static void tls(PgConnectOptions options, TlsSettings tls) {
        options.setSslMode(
                switch (tls.mode()) {
                    case DISABLE -> SslMode.DISABLE;
                    case PREFER -> SslMode.PREFER;
                    case REQUIRE -> SslMode.REQUIRE;
                    case VERIFY_CA -> SslMode.VERIFY_CA;
                    case VERIFY_FULL -> SslMode.VERIFY_FULL;
                });
        if (tls.mode() == TlsSettings.Mode.DISABLE) {
            return;
        }
        ClientSSLOptions ssl = clientSsl(tls);
        options.setSslOptions(ssl);
    }

    static ClientSSLOptions clientSsl(TlsSettings tls) {
        ClientSSLOptions ssl = new ClientSSLOptions();
        switch (tls.mode()) {
            case VERIFY_CA -> ssl.setHostnameVerificationAlgorithm("").setTrustOptions(trust(tls.rootCertificate()));
            case VERIFY_FULL ->
                ssl.setHostnameVerificationAlgorithm("HTTPS").setTrustOptions(trust(tls.rootCertificate()));
            default -> ssl.setHostnameVerificationAlgorithm("").setTrustAll(true);
        }
        return ssl;
    }

    private static TrustOptions trust(@Nullable Path rootCertificate) {
        try {
            if (rootCertificate != null) {
                return new PemTrustOptions().addCertValue(Buffer.buffer(Files.readAllBytes(rootCertificate)));
            }
            TrustManagerFactory runtime = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            runtime.init((KeyStore) null);
            return TrustOptions.wrap(runtime.getTrustManagers()[0]);
        } catch (IOException e) {
            throw new ConfigurationException("cannot read the root certificate " + rootCertificate + ": " + e, e);
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException("cannot load the Java runtime's trusted certificates: " + e, e);
        }
    }
}
