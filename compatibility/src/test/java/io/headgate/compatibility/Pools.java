package io.headgate.compatibility;

import io.headgate.client.Headgate;
import io.headgate.pool.PoolState;
import io.r2dbc.spi.ConnectionFactory;
import java.lang.reflect.Field;

/** Looks into factories that were made of a URL, which keep their client to themselves. */
public final class Pools {

    private Pools() {}

    public static PoolState stateOf(ConnectionFactory factory) {
        try {
            Field client = factory.getClass().getDeclaredField("executor");
            client.setAccessible(true);
            return ((Headgate) client.get(factory)).poolState();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("HeadgateConnectionFactory holds its client elsewhere by now", e);
        }
    }
}
