/**
 * Session connections: each is opened for one caller and closed after it.
 */
@NullMarked
package io.headgate.pool.session;

import org.jspecify.annotations.NullMarked;
