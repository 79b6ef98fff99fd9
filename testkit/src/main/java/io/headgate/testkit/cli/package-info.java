/** The command-line program that starts a cluster and keeps it until it is interrupted. */
@NullMarked
package io.headgate.testkit.cli;

import org.jspecify.annotations.NullMarked;
