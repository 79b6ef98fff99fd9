package io.headgate.samples.music.demo;

import io.headgate.client.Headgate;
import io.headgate.routing.RoutingStatistics;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.Wrapped;
import java.util.Objects;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.context.ApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** What the demo looks into a driver with: its own figures, and a stop-watch around it. */
interface Instruments {

    /** Adds them to a service that is about to start. */
    default void addTo(GenericApplicationContext service, String r2dbcUrl) {
        service.registerBean(BeanPostProcessor.class, () -> new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof ConnectionFactory driver ? new TimedConnectionFactory(driver) : bean;
            }
        });
    }

    /** The pool of a service that has started. */
    PoolView look(ApplicationContext service);

    /** Where its calls went. */
    default RoutingStatistics routing(ApplicationContext service) {
        return RoutingStatistics.NONE;
    }

    static Instruments of(Driver driver) {
        return switch (driver) {
            case HEADGATE -> new OfHeadgate();
            case R2DBC_POOL -> new OfR2dbcPool();
        };
    }

    /** Also a listener, by the option of that name, which a URL cannot carry. */
    final class OfHeadgate implements Instruments {

        private final HeadgateListener listener = new HeadgateListener();

        @Override
        public void addTo(GenericApplicationContext service, String r2dbcUrl) {
            Instruments.super.addTo(service, r2dbcUrl);
            ConnectionFactoryOptions options = ConnectionFactoryOptions.parse(r2dbcUrl)
                    .mutate()
                    .option(Option.valueOf("listener"), listener)
                    .build();
            service.registerBean(R2dbcConnectionDetails.class, () -> () -> options);
        }

        @Override
        public PoolView look(ApplicationContext service) {
            return PoolView.of(driver(service, Headgate.class), listener);
        }

        @Override
        public RoutingStatistics routing(ApplicationContext service) {
            return driver(service, Headgate.class).routing().statistics();
        }
    }

    /** R2DBC Pool has gauges, and tells no times. */
    final class OfR2dbcPool implements Instruments {

        @Override
        public PoolView look(ApplicationContext service) {
            return PoolView.of(driver(service, ConnectionPool.class));
        }
    }

    private static <T> T driver(ApplicationContext service, Class<T> type) {
        Wrapped<?> factory = (Wrapped<?>) service.getBean(ConnectionFactory.class);
        return Objects.requireNonNull(factory.unwrap(type), type.getName());
    }
}
