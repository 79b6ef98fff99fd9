/** Chooses a node for each call: writes go to the primary, reads to a replica that has what the caller has to see. */
@NullMarked
package io.headgate.routing;

import org.jspecify.annotations.NullMarked;
