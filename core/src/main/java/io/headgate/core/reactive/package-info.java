/** Reactive helpers that Reactor's operators do not provide. */
@NullMarked
package io.headgate.core.reactive;

import org.jspecify.annotations.NullMarked;
