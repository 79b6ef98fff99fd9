package io.headgate.benchmarks;

import io.headgate.benchmarks.contender.Scenario;
import io.headgate.benchmarks.run.Bench;
import io.headgate.benchmarks.run.BenchDatabase;
import io.headgate.benchmarks.run.BenchOptions;
import io.headgate.benchmarks.run.Console;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Compares libraries in one scenario; {@code ./dev bench --help} describes it. */
@Command(
        name = "./dev bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs a scenario with each contender, and prints a table and, as the last line, JSON.",
            "Exit code: 0 if every contender was measured without an error, 1 if not, 2 for wrong usage."
        })
public final class BenchCommand implements Callable<Integer> {

    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    @Parameters(paramLabel = "SCENARIO", description = "lookup, mixed, transaction, replicas, spring, bulk or users")
    private String scenario;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "8",
            description = "length of a round (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--callers",
            paramLabel = "N",
            description = "concurrent callers (default: 64; users: 10000; bulk: 1)")
    private @Nullable Integer callers;

    @Option(names = "--direct", description = "straight to PostgreSQL, without PgBouncer")
    private boolean direct;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "rounds, of which the median counts (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--url", paramLabel = "URL", description = "use the database there; makes tables bench_* in it")
    private @Nullable String url;

    @Option(names = "--contenders", paramLabel = "a,b", split = ",", description = "only these (default: all)")
    private List<String> contenders = List.of();

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "0",
            description = "this pool size for all (default: the best, found by calibration)")
    private int connections;

    @Option(
            names = "--warm-up",
            paramLabel = "MILLIS",
            description = "before the first measurement of a process (default: 8000; spring: 20000; users: 40000)")
    private @Nullable Integer warmUp;

    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private final PrintStream out;

    BenchCommand(PrintStream out) {
        this.out = out;
    }

    /** Runs it. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchCommand(System.out)).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        BenchOptions options;
        try {
            Scenario wanted = scenario();
            options = new BenchOptions(
                    wanted,
                    seconds,
                    callers == null ? wanted.defaultCallers() : callers,
                    rounds,
                    warmUp == null ? wanted.defaultWarmUpMillis() : warmUp,
                    connections,
                    contenders);
            if (url != null && direct) {
                throw new IllegalArgumentException("--url says where the database is, so --direct means nothing there");
            }
            if (url != null && wanted == Scenario.REPLICAS) {
                throw new IllegalArgumentException("--url names one node, and replicas needs three: leave it out");
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        Console console = new Console(out);
        console.step(url == null ? "starting the database" : "connecting");
        try (BenchDatabase database =
                url == null ? BenchDatabase.start(options.scenario(), direct, options.replicas()) : at(url)) {
            return new Bench(options, database, console).run() ? 0 : 1;
        } finally {
            console.end();
        }
    }

    private Scenario scenario() {
        for (Scenario known : Scenario.values()) {
            if (known.key().equals(scenario.toLowerCase(Locale.ROOT))) {
                return known;
            }
        }
        throw new IllegalArgumentException("no scenario '" + scenario + "'; there are " + Scenario.keys());
    }

    private BenchDatabase at(String given) {
        try {
            return BenchDatabase.at(given);
        } catch (RuntimeException e) {
            throw new ParameterException(spec.commandLine(), "--url: " + e.getMessage(), e);
        }
    }
}
