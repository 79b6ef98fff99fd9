package io.headgate.benchmarks.run;

import io.headgate.benchmarks.contender.BulkLoaders;
import io.headgate.benchmarks.contender.ContenderEntry;
import io.headgate.benchmarks.contender.Contenders;
import io.headgate.benchmarks.contender.Scenario;
import io.headgate.benchmarks.contender.Tuning;
import io.headgate.benchmarks.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Runs one scenario, from the data to the table. */
public final class Bench {

    /** Instances of the service in the scenario {@code users}. */
    private static final int INSTANCES = 5;

    private final BenchOptions options;
    private final BenchDatabase database;
    private final Console console;

    /** A run on a running database. */
    public Bench(BenchOptions options, BenchDatabase database, Console console) {
        this.options = options;
        this.database = database;
        this.console = console;
    }

    /**
     * Runs it and prints everything, JSON last.
     *
     * @return whether every contender was measured without an error
     */
    public boolean run() throws InterruptedException {
        console.step("loading the data");
        database.load();
        console.line(describe());
        Rounds rounds = new Rounds(
                options.scenario(),
                database,
                Timing.round(options.warmUpMillis(), options.seconds() * 1_000L),
                console);
        Report report = rounds.run(participants(), options.rounds());
        console.line("");
        console.line(report.table());
        console.line(report.ratios());
        report.contenders().forEach((key, figures) -> {
            if (figures.firstError() != null) {
                console.line(key + ": the first error was " + figures.firstError());
            }
        });
        console.line(report.json());
        return !rounds.hadFailures()
                && !report.contenders().isEmpty()
                && report.contenders().values().stream().allMatch(figures -> figures.errors() == 0);
    }

    private String describe() {
        return options.scenario().key() + ": " + database.describe() + "; "
                + (options.callers() == 1 ? "1 caller" : String.format(Locale.ROOT, "%,d callers", options.callers()))
                + (processes() > 1 ? " over " + processes() + " processes" : "")
                + (options.scenario() == Scenario.USERS ? ", think time uniform from 0.5 to 1.5 s" : "")
                + (options.scenario() == Scenario.REPLICAS
                        ? ", beside " + BackgroundWrites.A_SECOND + " updates a second by another client"
                        : "")
                + "; " + options.rounds() + (options.rounds() == 1 ? " round of " : " rounds of ") + options.seconds()
                + " s after "
                + options.warmUpMillis() / 1_000.0 + " s of warm-up; "
                + Runtime.getRuntime().availableProcessors() + " cores shared by client and servers";
    }

    private int processes() {
        return options.scenario() == Scenario.USERS ? INSTANCES : 1;
    }

    private List<Participant> participants() {
        List<Participant> participants = new ArrayList<>();
        for (ContenderEntry entry : Contenders.of(options.scenario())) {
            if (!options.wants(entry.key())) {
                continue;
            }
            if (entry.replicas() > database.target().replicas().size()) {
                console.line(entry.key() + " is left out: it needs replicas, and --url names one node");
            } else {
                participants.add(jvm(entry.key(), tunings(entry.tuningsFor(options.scenario())), java(entry)));
            }
        }
        if (options.scenario() == Scenario.BULK) {
            for (BulkLoaders.BulkEntry entry : BulkLoaders.all()) {
                if (options.wants(entry.key())) {
                    participants.add(jvm(entry.key(), entry.tunings(), JavaHome.current()));
                }
            }
        }
        for (PgbenchScript script : PgbenchScript.of(options.scenario())) {
            if (options.wants(script.key())) {
                Optional<String> pgbench = PgbenchParticipant.find();
                if (pgbench.isEmpty()) {
                    console.line(script.key() + " is left out: there is no pgbench on the PATH or in"
                            + " /usr/lib/postgresql; on Debian, apt-get install postgresql-contrib brings it");
                } else {
                    participants.add(new PgbenchParticipant(
                            script, tunings(script.tunings()), pgbench.get(), database.target()));
                }
            }
        }
        return participants;
    }

    private JvmParticipant jvm(String key, List<Tuning> tunings, JavaHome java) {
        return new JvmParticipant(
                key, tunings, java, database.target(), options.scenario(), options.callers(), processes());
    }

    private List<Tuning> tunings(List<Tuning> tried) {
        return options.connections() == 0
                ? tried
                : tried.stream()
                        .map(tuning -> new Tuning(options.connections(), tuning.pipelining(), tuning.rows()))
                        .distinct()
                        .toList();
    }

    private JavaHome java(ContenderEntry entry) {
        if (!entry.virtualThreads()) {
            return JavaHome.current();
        }
        Optional<JavaHome> found = JavaHome.withVirtualThreads();
        console.line(
                found.isPresent()
                        ? entry.key() + " runs on JDK " + found.get().version() + ", with virtual threads"
                        : entry.key()
                                + " runs on platform threads: there is no JDK 21 or newer here or in /usr/lib/jvm");
        return found.orElseGet(JavaHome::current);
    }
}
