package io.headgate.samples.music;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Takes {@code spring.r2dbc.url} as it stands. By itself Spring Boot would put R2DBC Pool, since it is on the class path,
 * around every driver whose URL does not begin with {@code r2dbc:pool:}, and {@code spring.r2dbc.pool.enabled=false}, which
 * prevents that, is an error together with such a URL. A service that has one of the drivers only needs no such class.
 */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    @Bean
    ConnectionFactory connectionFactory(R2dbcConnectionDetails details) {
        return ConnectionFactories.get(details.getConnectionFactoryOptions());
    }
}
