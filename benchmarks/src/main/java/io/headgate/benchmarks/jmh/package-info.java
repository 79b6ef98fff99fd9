/** Hot inner parts by themselves, measured by JMH: ./dev bench jmh. */
@NullMarked
package io.headgate.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
