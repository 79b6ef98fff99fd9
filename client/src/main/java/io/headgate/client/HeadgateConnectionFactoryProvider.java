package io.headgate.client;

import io.headgate.client.r2dbc.ConnectionDefaults;
import io.headgate.client.r2dbc.HeadgateConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.ConnectionFactoryProvider;

/**
 * Creates connection factories from R2DBC URLs and options; found by service loading: {@code
 * r2dbc:headgate://user:password@host:6432/database?maxConnections=8}. The protocol names the driver underneath, {@code
 * r2dbc:headgate:r2dbc://...}; without one, the Netty driver is used. docs/configuration.md lists the options.
 *
 * <p>A factory created here owns its client: {@link HeadgateConnectionFactory#close} closes both.
 */
public final class HeadgateConnectionFactoryProvider implements ConnectionFactoryProvider {

    /** The driver's identifier in URLs and options. */
    public static final String HEADGATE_DRIVER = "headgate";

    /** For {@link java.util.ServiceLoader}. */
    public HeadgateConnectionFactoryProvider() {}

    /**
     * Creates a factory. Opens no connection yet.
     *
     * @throws IllegalArgumentException if an option is missing, unknown or malformed; the message names it and shows no
     *     password
     */
    @Override
    public HeadgateConnectionFactory create(ConnectionFactoryOptions options) {
        if (options == null) {
            throw new IllegalArgumentException("the options are null");
        }
        FactoryOptions given = new FactoryOptions(options);
        // before anything is created: malformed options must leave nothing open
        ConnectionDefaults defaults = given.connectionDefaults();
        Headgate client = given.client();
        return new HeadgateConnectionFactory(client, defaults, client.close());
    }

    @Override
    public boolean supports(ConnectionFactoryOptions options) {
        if (options == null) {
            throw new IllegalArgumentException("the options are null");
        }
        return HEADGATE_DRIVER.equals(options.getValue(ConnectionFactoryOptions.DRIVER));
    }

    @Override
    public String getDriver() {
        return HEADGATE_DRIVER;
    }
}
