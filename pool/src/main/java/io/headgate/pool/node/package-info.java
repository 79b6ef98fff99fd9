/**
 * The pool of a node: puts lanes and leases together.
 */
@NullMarked
package io.headgate.pool.node;

import org.jspecify.annotations.NullMarked;
