/** Tests. */
@NullMarked
package io.headgate.benchmarks.report;

import org.jspecify.annotations.NullMarked;
