/** The command line of ./dev bench. */
@NullMarked
package io.headgate.benchmarks;

import org.jspecify.annotations.NullMarked;
