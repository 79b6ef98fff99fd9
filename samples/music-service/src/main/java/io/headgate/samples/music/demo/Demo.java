package io.headgate.samples.music.demo;

import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Runs the service with many concurrent users, on a real PostgreSQL with a streaming replica, each behind a PgBouncer in
 * transaction mode. Ends by itself. Then the database must contain exactly the plays that were confirmed to users.
 */
@Command(
        name = "music-service",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs the music service with many users over few connections, through PgBouncer in transaction mode.",
            "Exit code: 0 if every request succeeded and the database holds the confirmed plays, 1 if not, 2 for wrong usage."
        })
public final class Demo implements Callable<Integer> {

    private static final int CONNECTIONS = 8;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "15",
            description = "how long users send requests (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--users",
            paramLabel = "N",
            defaultValue = "200",
            description = "users at the same time (default: ${DEFAULT-VALUE})")
    private int users;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "the service's port, 0 for any that is free (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--driver",
            paramLabel = "NAME",
            defaultValue = "headgate",
            description = "the R2DBC driver: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private Driver driver;

    @Option(
            names = "--keep",
            description = "leave service and cluster up afterwards, until Ctrl-C, and print their URLs")
    private boolean keep;

    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private final Console console;

    Demo(Console console) {
        this.console = console;
    }

    /** Runs it. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Demo(new Console(System.out))).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        if (seconds < 1 || users < 1 || port < 0 || port > 65_535) {
            throw new ParameterException(
                    spec.commandLine(), "--seconds and --users must be at least 1, --port from 0 to 65535");
        }
        if (!RunningService.isFree(port)) {
            console.line(
                    "Port %d is taken. Choose another with --port, or --port 0 for any that is free.".formatted(port));
            return 1;
        }
        console.line("Starting PostgreSQL with a streaming replica, each behind a PgBouncer ...");
        try (PostgresCluster cluster = PostgresCluster.builder()
                .replicas(1)
                .pooled(true)
                .poolSize(CONNECTIONS)
                .start()) {
            return run(cluster);
        }
    }

    private int run(PostgresCluster cluster) throws InterruptedException {
        PostgresNode primary = cluster.primary();
        console.line("PostgreSQL %s behind PgBouncer %s"
                .formatted(
                        String.valueOf(primary.queryValue("SHOW server_version")),
                        primary.bouncer().version()));
        try (RunningService service =
                RunningService.start(port, driver.url(primary.pooledUrl(), CONNECTIONS), primary.jdbcUrl())) {
            console.line("Service at %s, driver %s".formatted(service.url(), driver));
            boolean succeeded = load(primary, service.url());
            if (keep) {
                urls(cluster, service.url());
                new CountDownLatch(1).await();
            }
            return succeeded ? 0 : 1;
        }
    }

    private boolean load(PostgresNode primary, String url) {
        MusicClient client = new MusicClient(url, users);
        List<Long> tracks =
                Objects.requireNonNull(GeneratedCatalogue.load(client).block());
        console.line("Loaded %,d tracks of %,d artists. %,d users for %d seconds:"
                .formatted(tracks.size(), GeneratedCatalogue.ARTISTS, users, seconds));
        Figures figures = new Figures();
        PoolerWatch watch = new PoolerWatch(primary.bouncer());
        long start = System.nanoTime();
        Mono<Void> load = new Users(client, tracks, users, figures)
                .run(Duration.ofSeconds(seconds))
                .cache();
        Flux.interval(Duration.ofSeconds(1))
                .onBackpressureDrop()
                .doOnNext(second -> progress(second + 1, figures, watch))
                .takeUntilOther(load)
                .blockLast();
        figures.sinceLastLook();
        Summary summary = new Summary(
                figures, Duration.ofNanos(System.nanoTime() - start), watch.mostInUse(), PlayLedger.read(primary));
        summary.lines(users, CONNECTIONS).forEach(console::line);
        return summary.succeeded();
    }

    private void progress(long second, Figures figures, PoolerWatch watch) {
        Histogram latest = figures.sinceLastLook();
        console.line("%4d s  %,7d requests/s   p50 %9s   p95 %9s   %d errors   %d of %d server connections in use"
                .formatted(
                        second,
                        latest.getTotalCount(),
                        Figures.milliseconds(latest, 50),
                        Figures.milliseconds(latest, 95),
                        figures.errorCount(),
                        watch.inUse(),
                        CONNECTIONS));
    }

    private void urls(PostgresCluster cluster, String url) {
        console.line("Service and cluster stay up until Ctrl-C:");
        console.line("  page           %s/".formatted(url));
        console.line("  API            %s/swagger-ui.html".formatted(url));
        console.line("  health         %s/actuator/health".formatted(url));
        for (PostgresNode node : cluster.nodes()) {
            console.line("  %s".formatted(node.name() + (node.isPrimary() ? " (primary)" : " (replica)")));
            console.line("    through PgBouncer  %s".formatted(node.pooledUrl()));
            console.line("    directly           %s".formatted(node.url()));
            console.line("    R2DBC              %s".formatted(Driver.HEADGATE.url(node.pooledUrl(), CONNECTIONS)));
            console.line("    JDBC, directly     %s".formatted(node.jdbcUrl()));
        }
    }
}
