/** Headgate as an R2DBC driver: for Spring Data R2DBC, jOOQ and all other users of R2DBC. */
@NullMarked
package io.headgate.client.r2dbc;

import org.jspecify.annotations.NullMarked;
