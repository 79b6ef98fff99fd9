package io.headgate.samples.music.demo;

import io.headgate.testkit.PostgresCluster;
import io.headgate.testkit.PostgresNode;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The service on Headgate and on R2DBC Pool, side by side, each on a real PostgreSQL behind a PgBouncer in transaction mode: the same
 * load, then faults. Ends by itself.
 */
@Command(
        name = "./dev demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs the music service on Headgate and on R2DBC Pool, side by side, through PgBouncer in transaction mode.",
            "Exit code: 0 if Headgate served every request that it should and its database holds the confirmed plays, 1 if not,"
                    + " 2 for wrong usage."
        })
public final class Demo implements Callable<Integer> {

    private static final int LOOKS_A_SECOND = 10;
    private static final Duration LOOK = Duration.ofSeconds(1).dividedBy(LOOKS_A_SECOND);

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "how long users send requests, all parts together (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--users",
            paramLabel = "N",
            defaultValue = "200",
            description = "users of each service; each sends two requests a second at most (default: ${DEFAULT-VALUE})")
    private int users;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "the first service's port, 0 for any that is free (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--driver",
            paramLabel = "NAME",
            description = "this R2DBC driver alone: ${COMPLETION-CANDIDATES} (default: both)")
    private @Nullable Driver driver;

    @Option(
            names = "--keep",
            description =
                    "leave all of it up afterwards, with users at a slower pace, until Ctrl-C, and print the URLs")
    private boolean keep;

    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private final Console console;
    private final DemoPage page = new DemoPage();

    Demo(Console console) {
        this.console = console;
    }

    /** Runs it. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Demo(new Console(System.out))).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, SQLException {
        if (seconds < 1 || users < 1 || port < 0 || port > 65_535) {
            throw new ParameterException(
                    spec.commandLine(), "--seconds and --users must be at least 1, --port from 0 to 65535");
        }
        if (!RunningService.isFree(port)) {
            console.line("Port %d is taken. Choose another with --port, or --port 0 for any that is free.", port);
            return 1;
        }
        Files.deleteIfExists(RunningService.LOG);
        List<Driver> drivers = driver == null ? List.of(Driver.values()) : List.of(driver);
        console.line("Starting %s ...", drivers.size() == 1 ? "a service" : "the same service twice");
        List<PostgresCluster> clusters = new ArrayList<>();
        List<Side> sides = new ArrayList<>();
        try {
            for (Driver each : drivers) {
                PostgresCluster cluster = Side.startCluster(each);
                clusters.add(cluster);
                sides.add(Side.start(each, cluster, sides.isEmpty() ? port : 0, page));
            }
            return run(sides);
        } finally {
            sides.forEach(Side::close);
            clusters.forEach(PostgresCluster::close);
        }
    }

    private int run(List<Side> sides) {
        List<Users> everyone =
                sides.stream().map(side -> new Users(side, side.load(), users)).toList();
        page.show(sides);
        Disposable watch = watch(sides);
        try {
            Schedule schedule = Schedule.of(
                    seconds,
                    sides.size(),
                    sides.stream().anyMatch(side -> !side.replicas().isEmpty()));
            introduce(sides, schedule);
            Story story = new Story(everyone, schedule, page, console);
            List<String> complaints = story.tell();
            complaints.forEach(complaint -> console.line("FAILED: %s", complaint));
            if (keep) {
                urls(sides);
                story.goOn();
            }
            return complaints.isEmpty() ? 0 : 1;
        } finally {
            watch.dispose();
        }
    }

    private static Disposable watch(List<Side> sides) {
        Scheduler thread = Schedulers.newSingle(ServiceCpu.OTHERS + "watch", true);
        return Flux.interval(LOOK, thread)
                .onBackpressureDrop()
                .doFinally(signal -> thread.dispose())
                .subscribe(tick -> {
                    sides.forEach(side -> side.connections().look());
                    if (tick % LOOKS_A_SECOND == 0) {
                        sides.forEach(side -> side.live().look());
                    }
                });
    }

    private void introduce(List<Side> sides, Schedule schedule) {
        PostgresNode database = sides.get(0).database();
        for (Side side : sides) {
            console.line("   %-10s   %s   %s", side.title(), side.url(), withoutPassword(side.r2dbcUrl()));
        }
        console.line(
                "Each has a PostgreSQL %s of its own, behind a PgBouncer %s with %d server connections, and %,d tracks.",
                String.valueOf(database.queryValue("SHOW server_version")),
                database.bouncer().version(),
                Side.CONNECTIONS,
                GeneratedCatalogue.TRACKS);
        for (Side side : sides) {
            if (!side.replicas().isEmpty()) {
                console.line(
                        "%s has %d replicas besides, each behind a PgBouncer of its own, and reads there too.",
                        side.title(), side.replicas().size());
            }
        }
        console.line(
                "It takes about %d seconds. Live: %s/",
                schedule.total(sides.size()).toSeconds(), sides.get(0).url());
    }

    private static String withoutPassword(String url) {
        return url.replaceFirst(":[^:/@]*@", ":***@");
    }

    private void urls(List<Side> sides) {
        console.line("");
        console.line("All of it stays up until Ctrl-C, with users at a quarter of the pace:");
        console.line("   page           %s/", sides.get(0).url());
        console.line("   API            %s/swagger-ui.html", sides.get(0).url());
        console.line("   health         %s/actuator/health", sides.get(0).url());
        for (Side side : sides) {
            console.line("   %s", side.title());
            console.line("     service            %s", side.url());
            console.line("     R2DBC              %s", side.r2dbcUrl());
            console.line("     through PgBouncer  %s", side.database().pooledUrl());
            console.line("     directly           %s", side.database().url());
            console.line("     JDBC, directly     %s", side.database().jdbcUrl());
        }
    }
}
