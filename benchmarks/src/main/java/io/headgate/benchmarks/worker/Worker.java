package io.headgate.benchmarks.worker;

import io.headgate.benchmarks.contender.BulkLoader;
import io.headgate.benchmarks.contender.BulkLoaders;
import io.headgate.benchmarks.contender.Contender;
import io.headgate.benchmarks.contender.ContenderEntry;
import io.headgate.benchmarks.contender.Contenders;
import io.headgate.benchmarks.contender.Scenario;
import io.headgate.benchmarks.contender.Target;
import io.headgate.benchmarks.contender.Tuning;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The process of one contender. Prints {@link #READY}, waits for a line, so that several processes start together, and prints
 * one {@link WorkerResult} for each tuning. It ends when its parent does.
 */
public final class Worker {

    /** The environment variable with {@link Target#urls()}: a password must not be on a command line. */
    public static final String URLS = "HEADGATE_BENCH_URLS";

    /** Printed when the first connections can be opened. */
    public static final String READY = "ready";

    private Worker() {}

    /** Runs the order in the only argument. */
    public static void main(String[] arguments) throws Exception {
        WorkerOrder order = WorkerOrder.parse(arguments[0]);
        Target target = Target.parseAll(System.getenv().getOrDefault(URLS, ""));
        BufferedReader parent = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println(READY);
        if (parent.readLine() == null) {
            return;
        }
        endWithParent(parent);
        for (int i = 0; i < order.tunings().size(); i++) {
            long warmUp = i == 0 ? order.warmUpMillis() : order.settleMillis();
            Tuning tuning = order.tunings().get(i);
            WorkerResult result = order.scenario() == Scenario.BULK
                    ? load(order, tuning, target, warmUp)
                    : measure(order, tuning, target, warmUp);
            System.out.println(result.toJson());
        }
        System.exit(0);
    }

    private static WorkerResult load(WorkerOrder order, Tuning tuning, Target target, long warmUp) {
        try (BulkLoader loader = BulkLoaders.named(order.contender()).opener().open(target, tuning)) {
            BulkRun run = new BulkRun(loader, tuning.rows());
            run.measure(warmUp);
            return run.measure(order.measureMillis());
        }
    }

    private static WorkerResult measure(WorkerOrder order, Tuning tuning, Target target, long warmUp)
            throws InterruptedException {
        ContenderEntry entry = Contenders.named(order.contender(), order.scenario());
        try (Contender contender = entry.opener().open(target, tuning, order.callers())) {
            Load load = new Load(contender, new Workload(order.scenario(), entry.slowStatements()), order.callers());
            load.start();
            load.awaitFirstAnswer();
            TimeUnit.MILLISECONDS.sleep(warmUp);
            WorkerResult result = load.measure(order.measureMillis());
            load.stop();
            return result;
        }
    }

    private static void endWithParent(BufferedReader parent) {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (parent.readLine() != null) {
                            // no more input
                        }
                    } catch (IOException e) {
                        // the parent is gone
                    }
                    Runtime.getRuntime().halt(1);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }
}
