package io.headgate.testkit.internal.embedded;

import io.headgate.testkit.ClusterException;
import io.headgate.testkit.ClusterSettings;
import io.headgate.testkit.PasswordAuthentication;
import io.headgate.testkit.internal.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.IntSupplier;

/** PostgreSQL as a process of this machine. */
final class PostgresProcess extends ServerProcess implements PostgresServer {
    private static final Duration INITIALISING = Duration.ofSeconds(60);
    /** The line of {@code postmaster.pid} that says whether connections are accepted. */
    private static final int STATUS_LINE = 7;

    private final PostgresBinaries binaries;
    private final PostgresConfiguration configuration;
    private final ClusterSettings settings;

    PostgresProcess(
            String name,
            ClusterFolder folder,
            IntSupplier ports,
            PostgresBinaries binaries,
            PostgresConfiguration configuration,
            ClusterSettings settings) {
        super(name, folder, ports);
        this.binaries = binaries;
        this.configuration = configuration;
        this.settings = settings;
    }

    Path dataFolder() {
        return home().resolve("data");
    }

    int majorVersion() {
        return binaries.major();
    }

    @Override
    public void initialize() {
        Path password = folder().write(home().resolve("superuser-password"), ClusterSettings.SUPERUSER_PASSWORD);
        boolean md5 = settings.authentication() == PasswordAuthentication.MD5;
        Command.Outcome outcome = folder().user()
                .run(
                        INITIALISING,
                        List.of(
                                "env",
                                "-i",
                                "LC_ALL=C",
                                binaries.program("initdb").toString(),
                                "--pgdata=" + dataFolder(),
                                "--username=" + ClusterSettings.SUPERUSER,
                                "--pwfile=" + password,
                                "--auth=" + (md5 ? "md5" : "scram-sha-256"),
                                "--encoding=UTF8",
                                "--no-locale",
                                "--no-sync"));
        if (!outcome.succeeded()) {
            throw new ClusterException("initdb ended with status " + outcome.status() + "\n" + outcome.output());
        }
        configuration.writeTo(dataFolder(), folder());
    }

    @Override
    public void cloneFrom(PostgresServer upstream) {
        if (!(upstream instanceof PostgresProcess source) || source == this) {
            throw new ClusterException(name() + " cannot be cloned from " + upstream.name());
        }
        if (isRunning()) {
            throw new ClusterException(name() + " is running; stop it before it is cloned anew");
        }
        BaseBackup.copy(source, this);
    }

    @Override
    public void killBackend(int pid) {
        boolean child = running().root().toHandle().descendants().anyMatch(handle -> handle.pid() == pid);
        if (!child) {
            throw new ClusterException(
                    "Process " + pid + " is none of " + name() + "'s; use a pid of its pg_stat_activity");
        }
        ProcessTree.send("KILL", List.of((long) pid));
    }

    @Override
    List<String> commandOn(int port) {
        return List.of(
                binaries.program("postgres").toString(), "-D", dataFolder().toString(), "-p", Integer.toString(port));
    }

    @Override
    Path workingFolder() {
        return home();
    }

    @Override
    boolean isReady(long pid, String logged) {
        try {
            List<String> lines = Files.readAllLines(dataFolder().resolve("postmaster.pid"));
            return lines.size() > STATUS_LINE
                    && lines.get(0).strip().equals(Long.toString(pid))
                    && lines.get(STATUS_LINE).strip().equals("ready");
        } catch (IOException notThereYet) {
            return false;
        }
    }

    @Override
    String stopSignal() {
        return "INT";
    }

    @Override
    boolean needsSecondStopSignal() {
        return false;
    }
}
