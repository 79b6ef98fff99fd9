/** The pool of a node: combines lanes and leases. */
@NullMarked
package io.headgate.pool.node;

import org.jspecify.annotations.NullMarked;
