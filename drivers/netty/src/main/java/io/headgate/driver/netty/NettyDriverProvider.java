package io.headgate.driver.netty;

import io.headgate.core.driver.SqlDriver;
import io.headgate.core.driver.SqlDriverProvider;
import io.headgate.core.observe.DataAccessListener;

/** Creates the driver named {@code netty}. */
public final class NettyDriverProvider implements SqlDriverProvider {

    /** For {@link java.util.ServiceLoader}. */
    public NettyDriverProvider() {}

    @Override
    public String name() {
        return "netty";
    }

    @Override
    public SqlDriver create(DataAccessListener listener, int maxConnections) {
        return NettyDriver.create(listener);
    }
}
