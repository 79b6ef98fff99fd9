/** What Spring Boot finds by itself; nothing here is loaded without it. */
@NullMarked
package io.headgate.client.spring;

import org.jspecify.annotations.NullMarked;
