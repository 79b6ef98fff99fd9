/** The compared libraries, each behind one small interface, used as its experts use it. */
@NullMarked
package io.headgate.benchmarks.contender;

import org.jspecify.annotations.NullMarked;
