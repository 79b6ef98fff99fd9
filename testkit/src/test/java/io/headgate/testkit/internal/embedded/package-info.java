@NullMarked
package io.headgate.testkit.internal.embedded;

import org.jspecify.annotations.NullMarked;
