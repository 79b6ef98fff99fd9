package io.headgate.testkit.internal.containers;

import com.github.dockerjava.api.model.Bind;
import io.headgate.testkit.ClusterException;
import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.internal.Address;
import io.headgate.testkit.internal.PostgresServer;
import java.util.List;
import java.util.Map;

/** A PostgreSQL server in a container, with its data folder on the cluster's volume. */
final class ContainerPostgres extends ContainerServer implements PostgresServer {
    private static final int PORT = 5432;
    private static final String USER = "postgres";

    private final String image;
    private final List<Bind> binds;
    private final ServerFiles files;
    private final String dataFolder;

    ContainerPostgres(
            DockerEngine engine,
            String name,
            String cluster,
            ClusterNetwork network,
            String image,
            List<Bind> binds,
            ServerFiles files) {
        super(engine, name, cluster, network, PORT);
        this.image = image;
        this.binds = binds;
        this.files = files;
        this.dataFolder = ContainerRuntime.DATA + "/" + name;
    }

    /** SIGINT asks for a fast shutdown; SIGTERM, Docker's own choice, would wait for clients to disconnect. */
    @Override
    ContainerSpec spec(String containerName, ContainerSpec.Endpoint endpoint) {
        return new ContainerSpec(
                containerName, image, USER, "exec postgres -D " + dataFolder, Map.of(), binds, "SIGINT", endpoint);
    }

    @Override
    boolean accepts(Address where) {
        return LoginProbe.isAccepted(where, ClusterSettings.SUPERUSER);
    }

    @Override
    public void initialize() {
        Map<String, String> configuration = files.postgres(PORT);
        String script = script(
                "set -e",
                "umask 077",
                "printf %s \"$HEADGATE_PASSWORD\" >/tmp/password",
                "initdb -D " + dataFolder + " -U " + ClusterSettings.SUPERUSER + " --pwfile=/tmp/password" + " --auth="
                        + files.passwordMethod() + " --encoding=UTF8 --no-locale --no-sync",
                ServerFiles.writeTo(dataFolder, configuration));
        Map<String, String> environment = ServerFiles.environment(configuration);
        environment.put("HEADGATE_PASSWORD", ClusterSettings.SUPERUSER_PASSWORD);
        EngineContainer.run(
                engine(), ContainerSpec.task(containerName() + "-initdb", image, USER, script, environment, binds));
    }

    @Override
    public void cloneFrom(PostgresServer upstream) {
        if (!(upstream instanceof ContainerPostgres source)) {
            throw new ClusterException(name() + " cannot be cloned from " + upstream.name());
        }
        if (isRunning()) {
            throw new ClusterException(name() + " is running; stop it before it is cloned anew");
        }
        try (BaseBackup backup = BaseBackup.start(source.address(), name())) {
            source.copyDataFolder(dataFolder);
            source.writeFile(dataFolder + "/backup_label", backup.finish());
        }
        source.writeFile(dataFolder + "/standby.signal", "");
        source.appendToFile(
                dataFolder + "/postgresql.auto.conf",
                "\nprimary_conninfo = '" + source.conninfoForStandby(name()).replace("'", "''") + "'\n");
    }

    /**
     * Copies while the server writes. A file that vanishes during the copy is no failure, because replay restores or removes
     * it. Files that the server creates itself are left out, and pg_control is copied last.
     *
     * @see <a href="https://www.postgresql.org/docs/18/continuous-archiving.html">PostgreSQL, Base Backup Using the
     *     Low Level API</a>
     */
    private void copyDataFolder(String target) {
        runHere(
                script(
                        "rm -rf \"$2\"",
                        "errors=$(LC_ALL=C cp -a \"$1\" \"$2\" 2>&1)",
                        "echo \"$errors\" | while read -r line; do",
                        "  case $line in '' | *'No such file'*) ;; *) echo \"$line\"; exit 1 ;; esac",
                        "done || exit 1",
                        "set -e",
                        "cp -a \"$1/global/pg_control\" \"$2/global/pg_control\"",
                        "cd \"$2\"",
                        "rm -f postmaster.pid postmaster.opts standby.signal recovery.signal backup_label tablespace_map",
                        "rm -rf pg_wal pg_replslot pg_dynshmem pg_notify pg_serial pg_snapshots pg_stat_tmp pg_subtrans",
                        "mkdir -m 700 pg_wal pg_replslot pg_dynshmem pg_notify pg_serial pg_snapshots pg_stat_tmp pg_subtrans"),
                dataFolder,
                target);
    }

    /** The last value of a setting counts; settings by {@code ALTER SYSTEM} on the upstream stay. */
    private void appendToFile(String path, String content) {
        runHere("printf %s \"$2\" >>\"$1\"", path, content);
    }

    private void writeFile(String path, String content) {
        runHere("printf %s \"$2\" >\"$1\"", path, content);
    }

    private void runHere(String script, String first, String second) {
        EngineContainer.Output output = container().exec(USER, "sh", "-c", script, "sh", first, second);
        if (output.exitCode() != 0) {
            throw new ClusterException("In the container of " + name() + ", a script for " + first + " ended with "
                    + output.exitCode() + ": " + output.text());
        }
    }

    @Override
    public void killBackend(int pid) {
        EngineContainer.Output output =
                container().exec(USER, "sh", "-c", "[ \"$1\" -gt 1 ] && kill -9 \"$1\"", "sh", Integer.toString(pid));
        if (output.exitCode() != 0) {
            throw new ClusterException(
                    "Process " + pid + " is none of " + name() + "'s; use a pid of its pg_stat_activity (kill said: "
                            + output.text().strip() + ")");
        }
    }
}
