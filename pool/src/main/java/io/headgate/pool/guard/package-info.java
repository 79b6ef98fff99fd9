/** Refuses statements that do not fit a pooled connection, before they are sent. */
@NullMarked
package io.headgate.pool.guard;

import org.jspecify.annotations.NullMarked;
