/**
 * What others build on R2DBC, used as their users do: over a URL, on each {@link io.headgate.compatibility.Target}. Where
 * Headgate takes the place of R2DBC PostgreSQL, that driver runs the same tests beside it.
 */
package io.headgate.compatibility;
