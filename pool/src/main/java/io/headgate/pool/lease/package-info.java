/**
 * Connections that one borrower has to itself: the queue for them, the use of one, transactions. Internal: may change in any release.
 */
@NullMarked
package io.headgate.pool.lease;

import org.jspecify.annotations.NullMarked;
