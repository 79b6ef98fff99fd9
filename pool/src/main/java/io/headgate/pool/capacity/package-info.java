/** Calculates the size of a pool from the database, the pooler and the load. */
@NullMarked
package io.headgate.pool.capacity;

import org.jspecify.annotations.NullMarked;
