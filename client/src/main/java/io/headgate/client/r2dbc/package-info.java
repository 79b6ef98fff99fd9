/** Headgate as an R2DBC driver: what Spring Data R2DBC, jOOQ and everything else that speaks R2DBC uses. */
@NullMarked
package io.headgate.client.r2dbc;

import org.jspecify.annotations.NullMarked;
