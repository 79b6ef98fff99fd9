/**
 * Opens, validates and retires the connections of a node. Internal: may change in any release.
 */
@NullMarked
package io.headgate.pool.connection;

import org.jspecify.annotations.NullMarked;
