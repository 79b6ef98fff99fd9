/** Shares clusters between JUnit 5 tests. */
@NullMarked
package io.headgate.testkit.junit;

import org.jspecify.annotations.NullMarked;
