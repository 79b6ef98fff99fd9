/** Connections shared by the reads of many callers. Internal: may change in any release. */
@NullMarked
package io.headgate.pool.lane;

import org.jspecify.annotations.NullMarked;
