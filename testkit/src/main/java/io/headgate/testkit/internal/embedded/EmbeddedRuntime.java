package io.headgate.testkit.internal.embedded;

import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.internal.PostgresServer;
import io.headgate.testkit.internal.Server;
import io.headgate.testkit.internal.ServerCertificates;
import io.headgate.testkit.internal.ServerRuntime;
import io.headgate.testkit.internal.tls.CertificateAuthority;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Runs the servers of one cluster as processes on this machine. */
final class EmbeddedRuntime implements ServerRuntime {
    private final ClusterSettings settings;
    private final IntSupplier ports;
    private final PostgresBinaries postgres;
    private final @Nullable PgBouncerBinary pgbouncer;
    private final ClusterFolder folder;
    private final Optional<ServerCertificates> certificates;

    /** Prepares a runtime whose servers take their ports from a source. */
    EmbeddedRuntime(ClusterSettings settings, IntSupplier ports) {
        this.settings = settings;
        this.ports = ports;
        ServerUser user = ServerUser.ofThisMachine();
        CacheFolder cache = CacheFolder.of(user);
        this.postgres = PostgresBinaries.provide(settings.version(), cache);
        this.pgbouncer = settings.pooled() ? PgBouncerBinary.provide(settings.pgbouncer(), user, cache) : null;
        this.folder = ClusterFolder.create(user);
        try {
            this.certificates = settings.tls() ? Optional.of(issueCertificates()) : Optional.empty();
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private ServerCertificates issueCertificates() {
        Path home = folder.createSubfolder("certificates");
        CertificateAuthority authority = CertificateAuthority.create("Headgate test authority");
        CertificateAuthority unrelated = CertificateAuthority.create("Headgate unrelated authority");
        CertificateAuthority.Issued server = authority.issue("localhost", ServerProcess.HOST);
        return new ServerCertificates(
                folder.write(home.resolve("ca.pem"), authority.certificatePem()),
                folder.write(home.resolve("unrelated-ca.pem"), unrelated.certificatePem()),
                folder.write(home.resolve("server.pem"), server.certificatePem()),
                folder.write(home.resolve("server.key"), server.keyPem()));
    }

    @Override
    public PostgresServer postgres(String name) {
        return new PostgresProcess(
                name, folder, ports, postgres, new PostgresConfiguration(settings, certificates), settings);
    }

    @Override
    public Server pgbouncer(String name, PostgresServer target) {
        PgBouncerBinary binary = Objects.requireNonNull(pgbouncer, "the cluster is without PgBouncer");
        return new PgBouncerProcess(name, folder, ports, binary, settings, certificates, target);
    }

    @Override
    public Optional<ServerCertificates> certificates() {
        return certificates;
    }

    @Override
    public void close() {
        folder.close();
    }
}
