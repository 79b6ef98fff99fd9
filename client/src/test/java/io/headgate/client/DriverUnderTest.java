package io.headgate.client;

import io.headgate.core.driver.SqlDriver;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.driver.netty.NettyDriver;
import io.headgate.driver.r2dbc.R2dbcDriver;
import io.headgate.driver.vertx.VertxDriver;

/**
 * The driver that the integration tests run on: {@code -Dheadgate.test.driver=vertx}, the default, or {@code r2dbc} or {@code netty}. Every
 * test runs on either; what only one driver has is tested in a class of its own, {@link R2dbcDriverIT}.
 */
enum DriverUnderTest {
    VERTX,
    R2DBC,
    NETTY;

    /** More than all clients of a test together open. */
    private static final int MAX_CONNECTIONS = 64;

    /** Clients share one, which lives as long as the JVM: they close no driver that was given to them. */
    private static final class Shared {
        private static final SqlDriver DRIVER = create();
    }

    static DriverUnderTest selected() {
        String wanted = System.getProperty("headgate.test.driver", "vertx");
        for (DriverUnderTest driver : values()) {
            if (driver.name().equalsIgnoreCase(wanted)) {
                return driver;
            }
        }
        throw new IllegalStateException("headgate.test.driver is \"" + wanted + "\" but must be vertx, r2dbc or netty");
    }

    /** Begins a client on the selected driver. */
    static HeadgateBuilder client() {
        return selected() == VERTX ? Headgate.builder() : Headgate.builder().driver(Shared.DRIVER);
    }

    /** A driver of the caller's own. */
    static SqlDriver create() {
        return switch (selected()) {
            case VERTX -> VertxDriver.create(DataAccessListener.NONE);
            case R2DBC -> R2dbcDriver.create(DataAccessListener.NONE, MAX_CONNECTIONS);
            case NETTY -> NettyDriver.create(DataAccessListener.NONE);
        };
    }
}
