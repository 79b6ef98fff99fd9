/** Queues, gates and timers shared by the parts of a pool. Internal: may change in any release. */
@NullMarked
package io.headgate.pool.concurrent;

import org.jspecify.annotations.NullMarked;
