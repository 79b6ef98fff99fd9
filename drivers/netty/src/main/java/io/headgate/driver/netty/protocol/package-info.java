/** Messages of the PostgreSQL protocol over Netty's buffers, without state. Internal to the driver. */
@NullMarked
package io.headgate.driver.netty.protocol;

import org.jspecify.annotations.NullMarked;
