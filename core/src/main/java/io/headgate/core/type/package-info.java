/** PostgreSQL values that have no class in Java: intervals, JSON, and values with a declared type. */
@NullMarked
package io.headgate.core.type;

import org.jspecify.annotations.NullMarked;
