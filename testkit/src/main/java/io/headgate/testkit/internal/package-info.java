/** The seam between a cluster and what runs its servers: processes on this machine, or containers. */
@NullMarked
package io.headgate.testkit.internal;

import org.jspecify.annotations.NullMarked;
