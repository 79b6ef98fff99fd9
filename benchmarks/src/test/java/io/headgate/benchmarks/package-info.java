/** Tests. */
@NullMarked
package io.headgate.benchmarks;

import org.jspecify.annotations.NullMarked;
