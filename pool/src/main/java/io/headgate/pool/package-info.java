/** The connections of one node. */
@NullMarked
package io.headgate.pool;

import org.jspecify.annotations.NullMarked;
