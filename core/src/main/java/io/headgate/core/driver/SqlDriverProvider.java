package io.headgate.core.driver;

import io.headgate.core.observe.DataAccessListener;

/**
 * Creates a driver that is chosen by name. {@link java.util.ServiceLoader} finds it, so a driver's artifact on the class path is
 * enough.
 */
public interface SqlDriverProvider {

    /** The driver's name, equal to {@link SqlDriver#name}. */
    String name();

    /**
     * A new driver, which the caller closes.
     *
     * @param listener receives the events of statements
     * @param maxConnections maximum number of connections open to one node at the same time; at least 1
     */
    SqlDriver create(DataAccessListener listener, int maxConnections);
}
