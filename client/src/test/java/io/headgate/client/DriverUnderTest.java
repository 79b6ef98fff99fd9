package io.headgate.client;

import io.headgate.core.driver.SqlDriver;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.driver.netty.NettyDriver;
import io.headgate.driver.r2dbc.R2dbcDriver;
import io.headgate.driver.vertx.VertxDriver;
import java.util.Set;

/**
 * The driver that the integration tests run on: {@code -Dheadgate.test.driver=netty}, the default, or {@code vertx} or {@code r2dbc}. Every
 * test runs on either; what only one driver has is tested in a class of its own, {@link R2dbcDriverIT}.
 */
enum DriverUnderTest {
    NETTY,
    VERTX,
    R2DBC;

    /** More than all clients of a test together open. */
    private static final int MAX_CONNECTIONS = 64;

    /** Clients share one, which lives as long as the JVM: they close no driver that was given to them. */
    private static final class Shared {
        private static final SqlDriver DRIVER = create();
    }

    static DriverUnderTest selected() {
        String wanted = System.getProperty("headgate.test.driver", "netty");
        for (DriverUnderTest driver : values()) {
            if (driver.name().equalsIgnoreCase(wanted)) {
                return driver;
            }
        }
        throw new IllegalStateException("headgate.test.driver is \"" + wanted + "\" but must be netty, vertx or r2dbc");
    }

    /** Begins a client on the selected driver. */
    static HeadgateBuilder client() {
        return selected() == NETTY ? Headgate.builder() : Headgate.builder().driver(Shared.DRIVER);
    }

    /** Whether it carries the values of all types of docs/types.md. The client library of one changes some, which it refuses. */
    static boolean carriesEveryType() {
        return selected() != VERTX;
    }

    /** Whether a column's type comes with what it was declared with, such as a length. */
    static boolean tellsLengthsOfColumns() {
        return selected() != VERTX;
    }

    /** Whether the command tag that the server sends comes with a completion. */
    static boolean passesCommandTags() {
        return selected() != VERTX;
    }

    /** Whether prepared statements are kept from one transaction to the next. */
    static boolean keepsStatements(Route route) {
        return selected() == VERTX ? route == Route.DIRECT : route != Route.PGBOUNCER_LEGACY;
    }

    /** Whether a statement is described before it is sent, so that what keeps it from being described keeps it from being sent. */
    static boolean describesBeforeItSends() {
        return selected() == VERTX;
    }

    /** Whether a statement with parameters that is asked by itself runs in a transaction block, where a procedure cannot commit. */
    static boolean runsParametersInABlock(Route route) {
        return selected() == VERTX && route != Route.DIRECT;
    }

    /** Whether an error that a function raises costs the connection, because the client library goes by its SQLSTATE alone. */
    static boolean takesForTheEndOfItsConnection(String sqlState) {
        return selected() == VERTX && Set.of("57P01", "57P05", "25P03").contains(sqlState);
    }

    /** A driver of the caller's own. */
    static SqlDriver create() {
        return switch (selected()) {
            case NETTY -> NettyDriver.create(DataAccessListener.NONE);
            case VERTX -> VertxDriver.create(DataAccessListener.NONE);
            case R2DBC -> R2dbcDriver.create(DataAccessListener.NONE, MAX_CONNECTIONS);
        };
    }
}
