/** What publishers of Headgate need beside Reactor's operators. */
@NullMarked
package io.headgate.core.reactive;

import org.jspecify.annotations.NullMarked;
