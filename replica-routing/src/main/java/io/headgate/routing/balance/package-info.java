/** Spreads reads over the nodes that may serve them. */
@NullMarked
package io.headgate.routing.balance;

import org.jspecify.annotations.NullMarked;
