/** What is known of the nodes of a cluster: roles, positions, reachability. */
@NullMarked
package io.headgate.routing.topology;

import org.jspecify.annotations.NullMarked;
