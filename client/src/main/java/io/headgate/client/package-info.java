/** The entry points for services: Headgate and its builder. */
@NullMarked
package io.headgate.client;

import org.jspecify.annotations.NullMarked;
