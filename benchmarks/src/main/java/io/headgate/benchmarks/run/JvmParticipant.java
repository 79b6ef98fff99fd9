package io.headgate.benchmarks.run;

import io.headgate.benchmarks.contender.Scenario;
import io.headgate.benchmarks.contender.Target;
import io.headgate.benchmarks.contender.Tuning;
import io.headgate.benchmarks.report.Measurement;
import io.headgate.benchmarks.worker.WorkerOrder;
import io.headgate.benchmarks.worker.WorkerResult;
import java.util.ArrayList;
import java.util.List;

/**
 * A library in one JVM, or in several that start together.
 *
 * @param key the contender's key
 * @param tunings the tunings that calibration tries
 * @param java the runtime
 * @param target the database
 * @param scenario the work of its callers
 * @param callers callers over all processes
 * @param processes the number of instances of the service
 */
record JvmParticipant(
        String key, List<Tuning> tunings, JavaHome java, Target target, Scenario scenario, int callers, int processes)
        implements Participant {

    @Override
    public List<Measurement> run(List<Tuning> tried, Timing timing) {
        WorkerOrder order = new WorkerOrder(
                key, scenario, tried, callers / processes, timing.warmUp(), timing.settle(), timing.measure());
        List<WorkerProcess> workers = new ArrayList<>();
        try {
            for (int i = 0; i < processes; i++) {
                workers.add(WorkerProcess.start(java, target, order));
            }
            workers.forEach(WorkerProcess::awaitReady);
            workers.forEach(WorkerProcess::go);
            List<Measurement> measurements = new ArrayList<>();
            for (int i = 0; i < tried.size(); i++) {
                List<WorkerResult> results =
                        workers.stream().map(WorkerProcess::nextResult).toList();
                measurements.add(Measurement.of(results));
            }
            return measurements;
        } finally {
            workers.forEach(WorkerProcess::close);
        }
    }
}
