/** What the catalog of a database says of functions, views and operators that a text uses. */
@NullMarked
package io.headgate.routing.catalog;

import org.jspecify.annotations.NullMarked;
