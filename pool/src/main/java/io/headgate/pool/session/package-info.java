/** Session connections: each is opened for one use and closed after it. */
@NullMarked
package io.headgate.pool.session;

import org.jspecify.annotations.NullMarked;
