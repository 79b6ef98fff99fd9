package io.headgate.benchmarks.run;

import io.headgate.benchmarks.contender.BulkLoaders;
import io.headgate.benchmarks.contender.ContenderEntry;
import io.headgate.benchmarks.contender.Contenders;
import io.headgate.benchmarks.contender.Scenario;
import java.util.ArrayList;
import java.util.List;

/**
 * The options of a run.
 *
 * @param scenario the scenario
 * @param seconds length of a measurement; at least 1
 * @param callers over all processes; at least 1
 * @param rounds at least 1
 * @param warmUpMillis before a process's first measurement; at least 1
 * @param connections the one pool size for every contender, or 0 to calibrate
 * @param contenders the keys of the contenders to run; empty for all
 */
public record BenchOptions(
        Scenario scenario,
        int seconds,
        int callers,
        int rounds,
        int warmUpMillis,
        int connections,
        List<String> contenders) {

    public BenchOptions {
        require("--seconds", seconds, 1);
        require("--callers", callers, 1);
        require("--rounds", rounds, 1);
        require("--warm-up", warmUpMillis, 1);
        require("--connections", connections, 0);
        List<String> known = new ArrayList<>();
        Contenders.of(scenario).forEach(entry -> known.add(entry.key()));
        PgbenchScript.of(scenario).forEach(script -> known.add(script.key()));
        if (scenario == Scenario.BULK) {
            BulkLoaders.all().forEach(entry -> known.add(entry.key()));
            if (callers != 1) {
                throw new IllegalArgumentException("--callers is " + callers + "; bulk has one caller");
            }
        }
        for (String key : contenders) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException("--contenders names '" + key + "', but those of " + scenario.key()
                        + " are " + String.join(", ", known));
            }
        }
        contenders = List.copyOf(contenders);
    }

    private static void require(String option, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(option + " is " + value + "; it must be at least " + least);
        }
    }

    /** The replicas that its contenders need. */
    public int replicas() {
        return Contenders.of(scenario).stream()
                .filter(entry -> wants(entry.key()))
                .mapToInt(ContenderEntry::replicas)
                .max()
                .orElse(0);
    }

    boolean wants(String key) {
        return contenders.isEmpty() || contenders.contains(key);
    }
}
