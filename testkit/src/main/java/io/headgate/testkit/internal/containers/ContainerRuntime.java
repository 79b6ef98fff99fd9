package io.headgate.testkit.internal.containers;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import io.headgate.testkit.ClusterException;
import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.internal.PostgresServer;
import io.headgate.testkit.internal.Server;
import io.headgate.testkit.internal.ServerCertificates;
import io.headgate.testkit.internal.ServerRuntime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One cluster on a Docker engine: a network, a container for each server, and one volume with the data folders of all
 * PostgreSQL servers.
 *
 * <p>The volume is shared so that a base backup is a copy from folder to folder inside the upstream's container, with
 * the image's own {@code cp}: that works for every image, also without {@code pg_basebackup}, and needs no stream
 * through this JVM.
 */
final class ContainerRuntime implements ServerRuntime {
    /** The path of the volume in each PostgreSQL container. */
    static final String DATA = "/headgate";

    private static final Logger LOG = LoggerFactory.getLogger(ContainerRuntime.class);

    private final DockerEngine engine;
    private final ClusterSettings settings;
    private final String cluster;
    private final String postgresImage;
    private final ClusterNetwork network;
    private final Optional<CertificateFolder> certificates;
    private final ServerFiles files;
    private final List<ContainerServer> servers = new ArrayList<>();
    private final Thread closing = new Thread(this::removeAll, "headgate-testkit-containers");
    private boolean closed;

    private ContainerRuntime(
            DockerEngine engine,
            ClusterSettings settings,
            String cluster,
            String postgresImage,
            ClusterNetwork network) {
        this.engine = engine;
        this.settings = settings;
        this.cluster = cluster;
        this.postgresImage = postgresImage;
        this.network = network;
        this.certificates = settings.tls() ? Optional.of(CertificateFolder.create(engine.host())) : Optional.empty();
        this.files = new ServerFiles(settings, certificates);
        Runtime.getRuntime().addShutdownHook(closing);
    }

    /**
     * Finds engine and images, and creates network and volume.
     *
     * @throws ClusterException when there is no engine, or an image is missing or has the wrong programs
     */
    static ContainerRuntime open(ClusterSettings settings) {
        DockerEngine engine = DockerEngine.connect();
        Leftovers.remove(engine);
        String image = ContainerImages.postgres(engine, settings);
        String cluster = "headgate-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        ContainerRuntime runtime =
                new ContainerRuntime(engine, settings, cluster, image, ClusterNetwork.create(engine, cluster));
        try {
            runtime.prepareVolume();
            return runtime;
        } catch (RuntimeException | Error e) {
            runtime.close();
            throw e;
        }
    }

    /** A new volume belongs to root. */
    private void prepareVolume() {
        engine.createVolume(cluster);
        String script = "postgres --version && chown postgres " + DATA;
        String answer = EngineContainer.run(
                engine, ContainerSpec.task(cluster + "-prepare", postgresImage, "root", script, Map.of(), binds()));
        ContainerImages.checkPostgres(postgresImage, answer, settings.version());
    }

    private List<Bind> binds() {
        return List.of(new Bind(cluster, new Volume(DATA)));
    }

    @Override
    public PostgresServer postgres(String name) {
        ContainerPostgres server = new ContainerPostgres(engine, name, cluster, network, postgresImage, binds(), files);
        servers.add(server);
        return server;
    }

    @Override
    public Server pgbouncer(String name, PostgresServer target) {
        ContainerImages.PgBouncerImage image =
                ContainerImages.pgbouncer(engine, cluster + "-" + name + "-version", settings.pgbouncer());
        ContainerPgBouncer server =
                new ContainerPgBouncer(engine, name, cluster, network, image, files, target.peerAddress());
        servers.add(server);
        return server;
    }

    @Override
    public Optional<ServerCertificates> certificates() {
        return certificates.map(CertificateFolder::files);
    }

    @Override
    public void close() {
        removeAll();
        try {
            Runtime.getRuntime().removeShutdownHook(closing);
        } catch (IllegalStateException shuttingDown) {
            // The shutdown hook runs, or will run, and finds nothing left to do.
        }
    }

    private synchronized void removeAll() {
        if (closed) {
            return;
        }
        closed = true;
        servers.forEach(server -> quietly(server::remove));
        quietly(() -> engine.removeVolume(cluster));
        quietly(network::remove);
        certificates.ifPresent(folder -> quietly(folder::delete));
    }

    /** If something cannot be removed now, Testcontainers or {@link Leftovers} removes it later. */
    private void quietly(Runnable removal) {
        try {
            removal.run();
        } catch (ClusterException | DockerException e) {
            LOG.warn("The cluster {} left something on the Docker engine", cluster, e);
        }
    }
}
