package io.headgate.benchmarks.run;

import io.headgate.benchmarks.report.Measurement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/** Reads the output of pgbench 15 and newer. */
final class PgbenchOutput {

    private static final Pattern RUNS = Pattern.compile("number of transactions actually processed: ([0-9]+)");
    private static final Pattern FAILED = Pattern.compile("number of failed transactions: ([0-9]+)");
    private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+) \\(without initial connection time\\)");
    private static final Pattern CPU = Pattern.compile("cpu ([0-9.]+) ([0-9.]+)");

    /** In a line of the log, after the client and its run's number: the time in microseconds. */
    private static final int LATENCY_FIELD = 2;

    private PgbenchOutput() {}

    static Measurement measurement(String output, List<String> log, int countedPerRun) {
        double counted = number(RUNS, output, 1) * countedPerRun;
        double cpuSeconds = number(CPU, output, 1) + number(CPU, output, 2);
        // versions before 15 have no failed transactions: a failure ends them
        double failed = FAILED.matcher(output).find() ? number(FAILED, output, 1) : 0;
        Histogram latencies = new Histogram(3);
        for (String line : log) {
            latencies.recordValue(Long.parseLong(line.split(" ", -1)[LATENCY_FIELD]));
        }
        boolean none = latencies.getTotalCount() == 0;
        return new Measurement(
                number(TPS, output, 1) * countedPerRun,
                cpuSeconds * 1e6 / counted,
                Double.NaN,
                none ? Double.NaN : latencies.getMean() / 1e3,
                none ? Double.NaN : latencies.getValueAtPercentile(50) / 1e3,
                none ? Double.NaN : latencies.getValueAtPercentile(95) / 1e3,
                none ? Double.NaN : latencies.getValueAtPercentile(99) / 1e3,
                (long) failed,
                failed > 0 ? "a transaction that pgbench counts as failed" : null,
                Double.NaN,
                Double.NaN);
    }

    private static double number(Pattern pattern, String output, int group) {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new ContenderFailedException("pgbench did not say '" + pattern + "': " + output.strip());
        }
        return Double.parseDouble(matcher.group(group));
    }
}
