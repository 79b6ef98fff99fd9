/** Certificates for servers under test, made without a tool outside the JDK. */
@NullMarked
package io.headgate.testkit.internal.tls;

import org.jspecify.annotations.NullMarked;
