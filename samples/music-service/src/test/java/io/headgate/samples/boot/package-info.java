/** Spring Boot 4 with a URL alone, outside the sample service. */
@NullMarked
package io.headgate.samples.boot;

import org.jspecify.annotations.NullMarked;
