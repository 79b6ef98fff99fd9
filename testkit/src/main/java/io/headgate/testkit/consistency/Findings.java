package io.headgate.testkit.consistency;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Counts and violations of a run. Safe for use by many threads. */
final class Findings {

    /** A broken client breaks a promise thousands of times for one reason. */
    private static final int MOST_VIOLATIONS = 10;

    final LongAdder reads = new LongAdder();
    final LongAdder readsAfterOwnWrite = new LongAdder();
    final LongAdder acknowledged = new LongAdder();
    final LongAdder notExecuted = new LongAdder();
    final LongAdder unknown = new LongAdder();
    final LongAdder failedReads = new LongAdder();
    private final LongAdder broken = new LongAdder();
    private final List<Violation> violations = new ArrayList<>();

    void violation(Violation.Kind kind, String history) {
        broken.increment();
        synchronized (violations) {
            if (violations.size() < MOST_VIOLATIONS) {
                violations.add(new Violation(kind, history));
            }
        }
    }

    ConsistencyReport report(long seed) {
        synchronized (violations) {
            return new ConsistencyReport(
                    seed,
                    reads.sum(),
                    readsAfterOwnWrite.sum(),
                    acknowledged.sum(),
                    notExecuted.sum(),
                    unknown.sum(),
                    failedReads.sum(),
                    broken.sum(),
                    violations);
        }
    }
}
