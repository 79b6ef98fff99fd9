/** The service over HTTP, on each R2DBC driver. */
@NullMarked
package io.headgate.samples.music;

import org.jspecify.annotations.NullMarked;
