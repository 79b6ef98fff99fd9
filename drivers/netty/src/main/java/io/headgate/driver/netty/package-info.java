/** The driver that speaks the PostgreSQL protocol itself. */
@NullMarked
package io.headgate.driver.netty;

import org.jspecify.annotations.NullMarked;
