/** Values that PostgreSQL has and Java has not, and the conversions between what a driver decodes and what is asked for. */
@NullMarked
package io.headgate.core.type;

import org.jspecify.annotations.NullMarked;
