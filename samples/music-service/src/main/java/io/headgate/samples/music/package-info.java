/** A music catalogue as a Spring Boot service; the R2DBC URL decides the driver. */
@NullMarked
package io.headgate.samples.music;

import org.jspecify.annotations.NullMarked;
