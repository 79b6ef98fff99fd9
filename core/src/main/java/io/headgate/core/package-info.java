/** The query model, and the interface that every layer implements. */
@NullMarked
package io.headgate.core;

import org.jspecify.annotations.NullMarked;
