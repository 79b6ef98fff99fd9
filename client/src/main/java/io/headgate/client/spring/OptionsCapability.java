package io.headgate.client.spring;

import io.headgate.client.HeadgateConnectionFactoryProvider;
import io.headgate.client.r2dbc.HeadgateConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.r2dbc.OptionsCapableConnectionFactory;

/**
 * Lets Spring Boot see that a connection factory created by the application is not an embedded database. Boot looks for its own
 * type behind {@code Wrapped}, and fails without it when there is a {@code schema.sql}.
 */
final class OptionsCapability implements BeanPostProcessor {

    private static final ConnectionFactoryOptions OPTIONS = ConnectionFactoryOptions.builder()
            .option(ConnectionFactoryOptions.DRIVER, HeadgateConnectionFactoryProvider.HEADGATE_DRIVER)
            .build();

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof HeadgateConnectionFactory factory
                ? factory.wrapping(new OptionsCapableConnectionFactory(OPTIONS, factory))
                : bean;
    }
}
