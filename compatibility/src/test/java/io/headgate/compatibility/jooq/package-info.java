/** jOOQ over R2DBC, without generated code. */
package io.headgate.compatibility.jooq;
