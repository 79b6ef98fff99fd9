@NullMarked
package io.headgate.testkit.internal.containers;

import org.jspecify.annotations.NullMarked;
