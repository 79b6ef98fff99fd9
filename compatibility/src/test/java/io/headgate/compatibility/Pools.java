package io.headgate.compatibility;

import io.headgate.client.Headgate;
import io.headgate.pool.PoolState;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Wrapped;

/** Looks into factories that were made of a URL. */
public final class Pools {

    private Pools() {}

    public static PoolState stateOf(ConnectionFactory factory) {
        return ((Wrapped<?>) factory).unwrap(Headgate.class).poolState();
    }
}
