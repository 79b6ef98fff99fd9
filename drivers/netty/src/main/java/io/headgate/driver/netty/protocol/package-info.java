/** Readers and writers of PostgreSQL protocol messages over Netty's buffers, mostly stateless. Internal to the driver. */
@NullMarked
package io.headgate.driver.netty.protocol;

import org.jspecify.annotations.NullMarked;
