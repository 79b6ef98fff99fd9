/** The parent process: the cluster, the data, calibration, and rounds of one process a contender. */
@NullMarked
package io.headgate.benchmarks.run;

import org.jspecify.annotations.NullMarked;
