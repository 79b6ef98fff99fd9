package io.headgate.client;

import io.headgate.core.driver.ConnectionSettings;
import io.headgate.core.driver.SqlDriver;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.capacity.CapacityPlan;
import io.headgate.pool.guard.GuardPolicy;
import io.headgate.routing.RoutingOptions;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a client. Immutable; {@link HeadgateBuilder} has the setters and their documentation.
 *
 * @param nodes one or more; several are nodes of one cluster
 * @param capacity null for a pool of fixed size
 * @param sessionNode null for none
 * @param givenDriver a driver that the caller created and closes, or null for the client's own
 * @param driverName the driver to create when none is given
 */
record HeadgateConfig(
        List<ConnectionSettings> nodes,
        RoutingOptions routing,
        PoolOptions pool,
        @Nullable Capacity capacity,
        @Nullable ConnectionSettings sessionNode,
        int maxSessionConnections,
        GuardPolicy guardPolicy,
        boolean optionComments,
        Duration shutdownTimeout,
        @Nullable SqlDriver givenDriver,
        String driverName,
        DataAccessListener listener) {

    /**
     * How the pool's size is calculated.
     *
     * @param first the plan used until the database's limits are known
     * @param inputs sets the application's inputs
     */
    record Capacity(CapacityPlan first, UnaryOperator<CapacityPlan.Builder> inputs) {}
}
