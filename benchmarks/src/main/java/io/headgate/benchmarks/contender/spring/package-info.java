/** A small Spring Data R2DBC application, which runs on any R2DBC URL. */
@NullMarked
package io.headgate.benchmarks.contender.spring;

import org.jspecify.annotations.NullMarked;
