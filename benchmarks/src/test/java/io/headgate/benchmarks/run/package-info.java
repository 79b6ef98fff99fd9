/** Tests. */
@NullMarked
package io.headgate.benchmarks.run;

import org.jspecify.annotations.NullMarked;
