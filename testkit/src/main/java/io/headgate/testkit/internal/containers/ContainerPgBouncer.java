package io.headgate.testkit.internal.containers;

import io.headgate.testkit.PgBouncerRelease;
import io.headgate.testkit.internal.Address;
import io.headgate.testkit.internal.ClusterSettings;
import java.util.List;
import java.util.Map;

/** A PgBouncer in a container; its files are written anew at each start. */
final class ContainerPgBouncer extends ContainerServer {
    private static final int PORT = 6432;
    private static final String FOLDER = "/tmp/headgate";

    private final String image;
    private final ClusterSettings settings;
    private final Address target;

    ContainerPgBouncer(
            DockerEngine engine,
            String name,
            String cluster,
            ClusterNetwork network,
            String image,
            ClusterSettings settings,
            Address target) {
        super(engine, name, cluster, network, PORT);
        this.image = image;
        this.settings = settings;
        this.target = target;
    }

    /**
     * Runs as whomever the image chose, except as root, which PgBouncer refuses. The signal is the one that ends it at
     * once: SIGTERM waits for clients from 1.23 on, SIGQUIT means nothing before.
     */
    @Override
    ContainerSpec spec(String containerName, ContainerSpec.Endpoint endpoint) {
        String script = script(
                "mkdir -p " + FOLDER + " || exit 1",
                "printf %s \"$HEADGATE_INI\" >" + FOLDER + "/pgbouncer.ini",
                "printf %s \"$HEADGATE_USERS\" >" + FOLDER + "/userlist.txt",
                "if [ \"$(id -u)\" = 0 ]; then",
                "  for user in pgbouncer postgres nobody; do",
                "    id $user >/dev/null 2>&1 && exec pgbouncer -u $user " + FOLDER + "/pgbouncer.ini",
                "  done",
                "fi",
                "exec pgbouncer " + FOLDER + "/pgbouncer.ini");
        Map<String, String> environment = Map.of(
                "HEADGATE_INI", ServerFiles.pgbouncerIni(settings, target, PORT, FOLDER),
                "HEADGATE_USERS", ServerFiles.userlist(settings));
        String stopSignal = settings.pgbouncer() == PgBouncerRelease.LEGACY ? "SIGTERM" : "SIGQUIT";
        return new ContainerSpec(containerName, image, null, script, environment, List.of(), stopSignal, endpoint);
    }

    @Override
    boolean accepts(Address where) {
        return LoginProbe.isAccepted(where, "pgbouncer");
    }
}
