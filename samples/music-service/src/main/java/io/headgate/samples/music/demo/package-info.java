/** The service under load, against a real PostgreSQL cluster behind PgBouncer. */
@NullMarked
package io.headgate.samples.music.demo;

import org.jspecify.annotations.NullMarked;
