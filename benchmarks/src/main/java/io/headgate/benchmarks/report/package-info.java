/** Results: from the processes' figures to medians, ratios, a table and JSON. */
@NullMarked
package io.headgate.benchmarks.report;

import org.jspecify.annotations.NullMarked;
