/** A small Spring Data R2DBC application, which runs on whatever URL it is given. */
@NullMarked
package io.headgate.benchmarks.contender.spring;

import org.jspecify.annotations.NullMarked;
