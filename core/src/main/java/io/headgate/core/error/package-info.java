/** The base class of all errors, its subclasses, and the table of SQLSTATEs and pooler messages that decides about retries. */
@NullMarked
package io.headgate.core.error;

import org.jspecify.annotations.NullMarked;
