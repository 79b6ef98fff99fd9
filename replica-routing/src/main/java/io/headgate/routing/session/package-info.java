/** What a caller has written and read, so that its next read is not behind that. */
@NullMarked
package io.headgate.routing.session;

import org.jspecify.annotations.NullMarked;
