/** A real PostgreSQL cluster with PgBouncer for tests. */
@NullMarked
package io.headgate.testkit;

import org.jspecify.annotations.NullMarked;
