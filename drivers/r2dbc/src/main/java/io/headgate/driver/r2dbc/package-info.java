/** The driver over R2DBC PostgreSQL, its connections from an R2DBC Pool. */
@NullMarked
package io.headgate.driver.r2dbc;

import org.jspecify.annotations.NullMarked;
