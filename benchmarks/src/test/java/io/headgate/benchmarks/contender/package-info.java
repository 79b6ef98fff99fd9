/** Tests of the contenders. */
@NullMarked
package io.headgate.benchmarks.contender;

import org.jspecify.annotations.NullMarked;
