package io.headgate.testkit.internal.containers;

import io.headgate.testkit.internal.Address;
import java.util.List;
import java.util.Map;

/** A PgBouncer in a container; its files are written anew at each start. */
final class ContainerPgBouncer extends ContainerServer {
    private static final int PORT = 6432;
    private static final String FOLDER = "/tmp/headgate";

    private final ContainerImages.PgBouncerImage image;
    private final ServerFiles files;
    private final Address target;

    ContainerPgBouncer(
            DockerEngine engine,
            String name,
            String cluster,
            ClusterNetwork network,
            ContainerImages.PgBouncerImage image,
            ServerFiles files,
            Address target) {
        super(engine, name, cluster, network, PORT);
        this.image = image;
        this.files = files;
        this.target = target;
    }

    /** Runs as the image's user, except root, which PgBouncer refuses. */
    @Override
    ContainerSpec spec(String containerName, ContainerSpec.Endpoint endpoint) {
        Map<String, String> configuration = files.pgbouncer(target, PORT, FOLDER);
        String script = script(
                "mkdir -p " + FOLDER + " || exit 1",
                ServerFiles.writeTo(FOLDER, configuration),
                "if [ \"$(id -u)\" = 0 ]; then",
                "  for user in pgbouncer postgres nobody; do",
                "    id $user >/dev/null 2>&1 && exec pgbouncer -u $user " + FOLDER + "/pgbouncer.ini",
                "  done",
                "fi",
                "exec pgbouncer " + FOLDER + "/pgbouncer.ini");
        return new ContainerSpec(
                containerName,
                image.name(),
                null,
                script,
                ServerFiles.environment(configuration),
                List.of(),
                image.stopSignal(),
                endpoint);
    }

    @Override
    boolean accepts(Address where) {
        return LoginProbe.isAccepted(where, "pgbouncer");
    }
}
