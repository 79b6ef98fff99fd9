package io.headgate.driver.vertx;

import io.headgate.core.driver.SqlDriver;
import io.headgate.core.driver.SqlDriverProvider;
import io.headgate.core.observe.DataAccessListener;

/** Creates the driver named {@code vertx}. */
public final class VertxDriverProvider implements SqlDriverProvider {

    /** For {@link java.util.ServiceLoader}. */
    public VertxDriverProvider() {}

    @Override
    public String name() {
        return "vertx";
    }

    @Override
    public SqlDriver create(DataAccessListener listener, int maxConnections) {
        return VertxDriver.create(listener);
    }
}
