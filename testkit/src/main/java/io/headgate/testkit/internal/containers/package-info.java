/**
 * Runs the servers of a cluster as containers, one a server, through Testcontainers.
 *
 * <p>Testcontainers finds the Docker engine, pulls images and removes what a JVM leaves behind; everything else goes straight
 * to the engine's API, because a server that is killed and started again must stay the same container, and a {@code
 * GenericContainer} cannot do that.
 */
@NullMarked
package io.headgate.testkit.internal.containers;

import org.jspecify.annotations.NullMarked;
