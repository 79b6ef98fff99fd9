package io.headgate.samples.music;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Uses {@code spring.r2dbc.url} unchanged. R2DBC Pool is on the class path, so Spring Boot would wrap it around every driver
 * whose URL does not begin with {@code r2dbc:pool:}. {@code spring.r2dbc.pool.enabled=false} prevents that, but is an error
 * together with such a URL. A service with only one of the drivers needs no such class.
 */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    @Bean
    ConnectionFactory connectionFactory(R2dbcConnectionDetails details) {
        return ConnectionFactories.get(details.getConnectionFactoryOptions());
    }
}
