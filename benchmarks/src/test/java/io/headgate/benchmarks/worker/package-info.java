/** Tests. */
@NullMarked
package io.headgate.benchmarks.worker;

import org.jspecify.annotations.NullMarked;
