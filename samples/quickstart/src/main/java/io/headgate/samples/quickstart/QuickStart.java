package io.headgate.samples.quickstart;

import io.headgate.client.Headgate;
import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * Real queries through a real PgBouncer in transaction mode to a real PostgreSQL with a streaming replica. Shows what it
 * does while it runs, and ends by itself; the exit code is 0 only if every query succeeded.
 */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs queries of many callers over few connections, through PgBouncer in transaction mode.",
            "Exit code: 0 if every query succeeded, 1 if not, 2 for wrong usage."
        })
public final class QuickStart implements Callable<Integer> {

    private static final int CONNECTIONS = 8;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "15",
            description = "how long to run (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--callers",
            paramLabel = "N",
            defaultValue = "200",
            description = "concurrent callers (default: ${DEFAULT-VALUE})")
    private int callers;

    @Option(names = "--keep", description = "leave the cluster up afterwards, until Ctrl-C, and print its URLs")
    private boolean keep;

    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** Runs it. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new QuickStart()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        if (seconds < 1 || callers < 1) {
            throw new ParameterException(spec.commandLine(), "--seconds and --callers must be at least 1");
        }
        Console console = new Console(System.out);
        console.line("Starting PostgreSQL with a streaming replica, each behind a PgBouncer ...");
        try (PostgresCluster cluster = PostgresCluster.builder()
                .replicas(1)
                .pooled(true)
                .poolSize(CONNECTIONS)
                .start()) {
            PostgresNode primary = cluster.primary();
            Catalogue.create(primary);
            console.line("PgBouncer " + primary.bouncer().version() + " in transaction mode at port "
                    + primary.bouncer().port() + ", PostgreSQL " + primary.queryValue("SHOW server_version")
                    + " at port "
                    + primary.port());
            boolean succeeded = run(console, primary);
            if (keep) {
                console.urls(cluster);
                new CountDownLatch(1).await();
            }
            return succeeded ? 0 : 1;
        }
    }

    private boolean run(Console console, PostgresNode primary) {
        Headgate db = Headgate.builder()
                .node(primary.pooledUrl())
                .maxConnections(CONNECTIONS)
                .maxWaiting(callers)
                .build();
        Load load = new Load(db, new Catalogue(db), callers);
        PoolerWatch watch = new PoolerWatch(primary.bouncer());
        Summary summary = load.run(Duration.ofSeconds(seconds), progress -> {
            watch.look();
            console.progress(progress + ", " + watch.inUse() + " server connections in use");
        });
        db.close().block();
        console.endProgress();
        console.line(summary.describe(callers, watch.mostInUse()));
        return summary.errors() == 0 && summary.queries() > 0;
    }
}
