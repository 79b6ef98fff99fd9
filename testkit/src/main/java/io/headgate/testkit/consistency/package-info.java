/** Checks that users see what they wrote, under load and under faults. */
@NullMarked
package io.headgate.testkit.consistency;

import org.jspecify.annotations.NullMarked;
