package io.headgate.core.driver;

import io.headgate.core.observe.DataAccessListener;

/**
 * Makes a driver that is chosen by name. Found by {@link java.util.ServiceLoader}: a driver's artifact that is on the class
 * path can be used, no more is needed.
 */
public interface SqlDriverProvider {

    /** The driver's name, as {@link SqlDriver#name} has it. */
    String name();

    /**
     * A driver of its own, which the caller closes.
     *
     * @param listener told of statements
     * @param maxConnections most connections that will be open to a node at once; at least 1
     */
    SqlDriver create(DataAccessListener listener, int maxConnections);
}
