/** The cluster itself: roles, SQL and resets, on top of the runtime that runs the servers. */
@NullMarked
package io.headgate.testkit.internal.cluster;

import org.jspecify.annotations.NullMarked;
