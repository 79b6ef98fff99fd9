package io.headgate.benchmarks.run;

import io.headgate.benchmarks.contender.Tuning;
import io.headgate.benchmarks.report.Measurement;
import java.util.List;

/** A contender as the parent process sees it. */
interface Participant {

    /** Its name in options, table and JSON. */
    String key();

    /** The tunings that calibration tries; at least one. */
    List<Tuning> tunings();

    /**
     * Measures each tuning in new processes.
     *
     * @throws ContenderFailedException when a process failed
     */
    List<Measurement> run(List<Tuning> tried, Timing timing) throws InterruptedException;
}
