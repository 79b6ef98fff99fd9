/** How large a pool is to be: calculated from what the database, the pooler and the load are known to be. */
@NullMarked
package io.headgate.pool.capacity;

import org.jspecify.annotations.NullMarked;
