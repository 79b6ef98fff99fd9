/** r2dbc-migrate, with migrations of its user's. */
package io.headgate.compatibility.migrate;
