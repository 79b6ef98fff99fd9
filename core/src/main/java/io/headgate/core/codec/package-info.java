/**
 * Converts values between Java and PostgreSQL's wire formats, for all drivers: {@link io.headgate.core.codec.ValueDecoder} reads
 * columns, {@link io.headgate.core.codec.ValueEncoder} writes parameters, in the binary or the text format. Both are stateless.
 */
@NullMarked
package io.headgate.core.codec;

import org.jspecify.annotations.NullMarked;
