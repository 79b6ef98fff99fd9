/** Headgate's figures as Micrometer meters. */
@NullMarked
package io.headgate.monitoring;

import org.jspecify.annotations.NullMarked;
