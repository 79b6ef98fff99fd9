package io.headgate.driver.r2dbc;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.Credentials;
import io.headgate.core.driver.TlsSettings;
import io.headgate.core.error.ConfigurationException;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.client.DefaultHostnameVerifier;
import io.r2dbc.postgresql.client.SSLMode;
import java.net.MalformedURLException;
import java.nio.file.Files;
import java.nio.file.Path;
import reactor.core.publisher.Mono;

/** Converts settings to those of R2DBC PostgreSQL. */
final class ConnectionConfiguration {

    private ConnectionConfiguration() {}

    /** @param keepStatements whether prepared statements are kept; otherwise each execution prepares an unnamed one */
    static PostgresqlConnectionConfiguration of(
            ConnectionSettings settings, Credentials credentials, boolean keepStatements, TappedLoops loops) {
        PostgresqlConnectionConfiguration.Builder builder = PostgresqlConnectionConfiguration.builder()
                .host(settings.host())
                .port(settings.port())
                .database(settings.database())
                .username(credentials.user())
                .password(credentials.password())
                .applicationName(settings.applicationName())
                .connectTimeout(settings.connectTimeout())
                .preparedStatementCacheQueries(keepStatements ? settings.statementCacheSize() : 0)
                .autodetectExtensions(false)
                .codecRegistrar((connection, allocator, registry) ->
                        Mono.fromRunnable(() -> registry.addFirst(WireCodec.INSTANCE)))
                .loopResources(loops)
                .tcpKeepAlive(true)
                .tcpNoDelay(true);
        tls(builder, settings);
        return builder.build();
    }

    private static void tls(PostgresqlConnectionConfiguration.Builder builder, ConnectionSettings settings) {
        TlsSettings tls = settings.tls();
        builder.sslMode(
                switch (tls.mode()) {
                    case DISABLE -> SSLMode.DISABLE;
                    case PREFER -> SSLMode.PREFER;
                    case REQUIRE -> SSLMode.REQUIRE;
                    case VERIFY_CA -> SSLMode.VERIFY_CA;
                    case VERIFY_FULL -> SSLMode.VERIFY_FULL;
                });
        // Netty 4.2 checks host names by default, also for verify-ca, and it does not know the name here
        builder.sslContextBuilderCustomizer(context -> context.endpointIdentificationAlgorithm(null));
        // R2DBC's own verifier checks the name from the reverse look-up, which the owner of the address controls
        builder.sslHostnameVerifier(
                (resolved, session) -> DefaultHostnameVerifier.INSTANCE.verify(settings.host(), session));
        Path certificate = tls.rootCertificate();
        if (certificate != null) {
            if (!Files.isReadable(certificate)) {
                throw new ConfigurationException(
                        "cannot read the root certificate " + certificate + "; check sslrootcert");
            }
            try {
                builder.sslRootCert(certificate.toUri().toURL());
            } catch (MalformedURLException e) {
                throw new ConfigurationException("cannot read the root certificate " + certificate + ": " + e, e);
            }
        }
    }
}
