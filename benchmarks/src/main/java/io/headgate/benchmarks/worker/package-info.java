/** The process in which one contender runs: callers in closed loops, and their cost. */
@NullMarked
package io.headgate.benchmarks.worker;

import org.jspecify.annotations.NullMarked;
