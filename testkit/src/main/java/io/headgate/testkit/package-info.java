/**
 * A real PostgreSQL cluster with PgBouncer for tests: start one with {@link io.headgate.testkit.PostgresCluster#builder()},
 * break it with the operations of its nodes, poolers and proxies, and repair it with {@link
 * io.headgate.testkit.PostgresCluster#reset()}.
 */
@NullMarked
package io.headgate.testkit;

import org.jspecify.annotations.NullMarked;
