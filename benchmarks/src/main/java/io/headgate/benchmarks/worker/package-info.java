/** The process in which one contender runs: callers in closed loops, and what they cost. */
@NullMarked
package io.headgate.benchmarks.worker;

import org.jspecify.annotations.NullMarked;
