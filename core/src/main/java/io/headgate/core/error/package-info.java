/** One unchecked error type, what each error says of retry, and the one table of SQLSTATEs and pooler messages. */
@NullMarked
package io.headgate.core.error;

import org.jspecify.annotations.NullMarked;
