package io.headgate.driver.r2dbc;

import io.headgate.core.driver.SqlDriver;
import io.headgate.core.driver.SqlDriverProvider;
import io.headgate.core.observe.DataAccessListener;

/** Creates the driver named {@code r2dbc}. */
public final class R2dbcDriverProvider implements SqlDriverProvider {

    /** For {@link java.util.ServiceLoader}. */
    public R2dbcDriverProvider() {}

    @Override
    public String name() {
        return "r2dbc";
    }

    @Override
    public SqlDriver create(DataAccessListener listener, int maxConnections) {
        return R2dbcDriver.create(listener, maxConnections);
    }
}
