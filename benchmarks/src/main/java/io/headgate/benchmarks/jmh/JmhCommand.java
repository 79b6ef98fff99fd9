package io.headgate.benchmarks.jmh;

import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Runs the JMH benchmarks of this package: time and allocation of an operation. */
@Command(
        name = "bench jmh",
        mixinStandardHelpOptions = true,
        description = "Measures hot inner parts by themselves; gc.alloc.rate.norm is what an operation allocates.")
public final class JmhCommand implements Callable<Integer> {

    private static final int WARM_UPS = 5;
    private static final int MEASUREMENTS = 5;
    private static final TimeValue EACH = TimeValue.seconds(1);

    @Parameters(paramLabel = "REGEX", arity = "0..1", defaultValue = ".*", description = "which (default: all)")
    private String regex = ".*";

    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** Runs them. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new JmhCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws RunnerException {
        try {
            Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new ParameterException(spec.commandLine(), "REGEX is no regular expression: " + e.getMessage(), e);
        }
        int run = new Runner(new OptionsBuilder()
                        .include(regex)
                        .forks(1)
                        .warmupIterations(WARM_UPS)
                        .warmupTime(EACH)
                        .measurementIterations(MEASUREMENTS)
                        .measurementTime(EACH)
                        .addProfiler(GCProfiler.class)
                        .build())
                .run()
                .size();
        return run > 0 ? 0 : 1;
    }
}
