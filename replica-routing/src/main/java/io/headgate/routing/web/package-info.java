/** Carries sessions from request to request, with Spring WebFlux 6.2 or 7; not loaded without it. */
@NullMarked
package io.headgate.routing.web;

import org.jspecify.annotations.NullMarked;
