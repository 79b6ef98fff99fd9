/** The default driver, over the Vert.x PG Client. */
@NullMarked
package io.headgate.driver.vertx;

import org.jspecify.annotations.NullMarked;
