/** The driver over the Vert.x PG Client, by its public API alone. */
@NullMarked
package io.headgate.driver.vertx;

import org.jspecify.annotations.NullMarked;
