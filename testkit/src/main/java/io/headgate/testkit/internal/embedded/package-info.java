/** Runs the servers as processes on this machine. Linux only: it reads {@code /proc} and sends signals. */
@NullMarked
package io.headgate.testkit.internal.embedded;

import org.jspecify.annotations.NullMarked;
