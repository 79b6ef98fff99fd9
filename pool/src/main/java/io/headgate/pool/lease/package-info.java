/** Connections for exclusive use: the queue for them, their use, transactions. Internal: may change in any release. */
@NullMarked
package io.headgate.pool.lease;

import org.jspecify.annotations.NullMarked;
