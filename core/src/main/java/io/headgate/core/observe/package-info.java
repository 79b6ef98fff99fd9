/** What happens inside, told to whoever wants to count it. */
@NullMarked
package io.headgate.core.observe;

import org.jspecify.annotations.NullMarked;
