/** The query model and the one interface that every layer implements. */
@NullMarked
package io.headgate.core;

import org.jspecify.annotations.NullMarked;
