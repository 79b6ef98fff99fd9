/** Knowledge about each text: whether it may share a lane, and how long it takes. Internal: may change in any release. */
@NullMarked
package io.headgate.pool.statement;

import org.jspecify.annotations.NullMarked;
