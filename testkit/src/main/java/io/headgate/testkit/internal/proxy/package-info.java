/** The fault-injecting TCP proxy. */
@NullMarked
package io.headgate.testkit.internal.proxy;

import org.jspecify.annotations.NullMarked;
