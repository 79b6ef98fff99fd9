/**
 * Connections that reads of many callers share. Internal: may change in any release.
 */
@NullMarked
package io.headgate.pool.lane;

import org.jspecify.annotations.NullMarked;
