/**
 * Queues, gates and timers that the parts of a pool share. Internal: may change in any release.
 */
@NullMarked
package io.headgate.pool.concurrent;

import org.jspecify.annotations.NullMarked;
