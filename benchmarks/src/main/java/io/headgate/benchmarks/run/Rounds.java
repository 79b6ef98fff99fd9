package io.headgate.benchmarks.run;

import io.headgate.benchmarks.contender.Scenario;
import io.headgate.benchmarks.contender.Tuning;
import io.headgate.benchmarks.report.Measurement;
import io.headgate.benchmarks.report.Report;
import io.headgate.benchmarks.report.Summary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Calibrates each contender, then lets them take turns: every round runs each of them once, so that disturbances of the machine
 * affect all of them. A contender that fails is reported and left out from then on.
 */
final class Rounds {

    private final Scenario scenario;
    private final BenchDatabase database;
    private final Timing timing;
    private final Console console;
    private final Map<String, Tuning> best = new LinkedHashMap<>();
    private final Map<String, List<Measurement>> measured = new LinkedHashMap<>();
    private boolean failures;

    Rounds(Scenario scenario, BenchDatabase database, Timing timing, Console console) {
        this.scenario = scenario;
        this.database = database;
        this.timing = timing;
        this.console = console;
    }

    Report run(List<Participant> participants, int rounds) throws InterruptedException {
        for (Participant participant : participants) {
            guarded(participant, () -> best.put(participant.key(), calibrate(participant)));
        }
        for (int round = 1; round <= rounds; round++) {
            for (Participant participant : participants) {
                Tuning tuning = best.get(participant.key());
                if (tuning == null) {
                    continue;
                }
                console.step("round " + round + " of " + rounds + ": " + participant.key() + ", " + tuning);
                guarded(
                        participant,
                        () -> measured.computeIfAbsent(participant.key(), key -> new ArrayList<>())
                                .add(measure(participant, List.of(tuning), timing)
                                        .get(0)));
            }
        }
        Map<String, Measurement> summaries = new LinkedHashMap<>();
        for (Participant participant : participants) {
            List<Measurement> all = measured.get(participant.key());
            if (all != null && best.containsKey(participant.key())) {
                summaries.put(participant.key(), Summary.of(all));
            }
        }
        return new Report(scenario, summaries);
    }

    /** Whether any contender could not be measured. */
    boolean hadFailures() {
        return failures;
    }

    private Tuning calibrate(Participant participant) throws InterruptedException {
        List<Tuning> tunings = participant.tunings();
        if (tunings.size() == 1) {
            return tunings.get(0);
        }
        console.step("calibrating " + participant.key());
        List<Measurement> results = thereAndBack(participant, tunings);
        int chosen = 0;
        for (int i = 1; i < results.size(); i++) {
            if (ranking().compare(results.get(i), results.get(chosen)) < 0) {
                chosen = i;
            }
        }
        StringBuilder text = new StringBuilder(participant.key()).append(" calibrated:");
        for (int i = 0; i < results.size(); i++) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s %s %s%s",
                    i == 0 ? "" : ";",
                    tunings.get(i),
                    scenario == Scenario.USERS
                            ? String.format(
                                    Locale.ROOT, "%.2f ms", results.get(i).meanMillis())
                            : String.format(
                                    Locale.ROOT, "%,.0f/s", results.get(i).qps()),
                    i == chosen ? " (best)" : ""));
        }
        console.line(text.toString());
        return tunings.get(chosen);
    }

    /** Measures each tuning twice, in this order and then in reverse: a process gets faster as it runs, whatever its tuning. */
    private List<Measurement> thereAndBack(Participant participant, List<Tuning> tunings) throws InterruptedException {
        List<Tuning> order = new ArrayList<>(tunings);
        List<Tuning> back = new ArrayList<>(tunings);
        Collections.reverse(back);
        order.addAll(back);
        List<Measurement> results = measure(participant, order, timing.calibration());
        List<Measurement> means = new ArrayList<>();
        for (int i = 0; i < tunings.size(); i++) {
            means.add(Summary.of(List.of(results.get(i), results.get(order.size() - 1 - i))));
        }
        return means;
    }

    /** Tunings without errors first; then the fastest, or, if users pause and throughput is fixed, the shortest wait. */
    private Comparator<Measurement> ranking() {
        Comparator<Measurement> byErrors = Comparator.comparing(result -> result.errors() > 0);
        return scenario == Scenario.USERS
                ? byErrors.thenComparingDouble(Measurement::meanMillis)
                : byErrors.thenComparing(
                        Comparator.comparingDouble(Measurement::qps).reversed());
    }

    private List<Measurement> measure(Participant participant, List<Tuning> tunings, Timing with)
            throws InterruptedException {
        database.clean();
        if (scenario == Scenario.REPLICAS) {
            return measureBesideWrites(participant, tunings, with);
        }
        if (scenario != Scenario.USERS || database.bouncer().isEmpty()) {
            return participant.run(tunings, with);
        }
        try (ServerConnectionWatch watch =
                new ServerConnectionWatch(database.bouncer().get())) {
            return participant.run(tunings, with).stream()
                    .map(result -> result.withServerConnections(watch.most()))
                    .toList();
        }
    }

    private List<Measurement> measureBesideWrites(Participant participant, List<Tuning> tunings, Timing with)
            throws InterruptedException {
        long[] before = database.lookups();
        List<Measurement> results;
        try (BackgroundWrites writes = new BackgroundWrites(database)) {
            results = participant.run(tunings, with);
            writes.check();
        }
        double onReplicas = onReplicas(before, database.lookups());
        return results.stream().map(each -> each.withOnReplicas(onReplicas)).toList();
    }

    /** @param after look-ups on the primary, and on each replica */
    static double onReplicas(long[] before, long[] after) {
        double all = 0;
        for (int i = 0; i < after.length; i++) {
            all += after[i] - before[i];
        }
        return 1 - (after[0] - before[0]) / all;
    }

    private void guarded(Participant participant, Work work) throws InterruptedException {
        try {
            work.run();
        } catch (ContenderFailedException e) {
            failures = true;
            best.remove(participant.key());
            console.line(participant.key() + " is left out: " + e.getMessage());
        }
    }

    private interface Work {
        void run() throws InterruptedException;
    }
}
