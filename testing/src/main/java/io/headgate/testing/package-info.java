/** Fixtures that the tests of several modules share. Not published. */
@NullMarked
package io.headgate.testing;

import org.jspecify.annotations.NullMarked;
