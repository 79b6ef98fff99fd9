/** The nodes that a client uses. */
@NullMarked
package io.headgate.core.topology;

import org.jspecify.annotations.NullMarked;
