/** The driver over R2DBC PostgreSQL. Connections come from an R2DBC Pool. */
@NullMarked
package io.headgate.driver.r2dbc;

import org.jspecify.annotations.NullMarked;
