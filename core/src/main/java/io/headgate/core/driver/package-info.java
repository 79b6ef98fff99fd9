/** The driver interfaces: a driver opens connections, and a connection runs statements. */
@NullMarked
package io.headgate.core.driver;

import org.jspecify.annotations.NullMarked;
