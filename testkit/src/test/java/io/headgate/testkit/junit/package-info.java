@NullMarked
package io.headgate.testkit.junit;

import org.jspecify.annotations.NullMarked;
