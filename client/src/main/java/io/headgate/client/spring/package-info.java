/** Support for Spring Boot, found by auto-configuration; not loaded without Spring Boot. */
@NullMarked
package io.headgate.client.spring;

import org.jspecify.annotations.NullMarked;
