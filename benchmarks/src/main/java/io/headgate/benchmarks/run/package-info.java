/** The parent process: the cluster, the data, calibration, and rounds with one process for each contender. */
@NullMarked
package io.headgate.benchmarks.run;

import org.jspecify.annotations.NullMarked;
