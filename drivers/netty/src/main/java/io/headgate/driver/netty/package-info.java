/** The driver that implements the PostgreSQL protocol itself. */
@NullMarked
package io.headgate.driver.netty;

import org.jspecify.annotations.NullMarked;
