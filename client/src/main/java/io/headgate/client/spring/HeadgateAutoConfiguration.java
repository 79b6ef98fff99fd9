package io.headgate.client.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * What an application on Spring Boot needs beside {@code spring.r2dbc.url}, on Boot 3.5 and 4: the client is closed with the
 * context, and an application's own {@code ConnectionFactory} bean has what Boot's {@code schema.sql} initialisation asks
 * for. It makes no connection factory: Boot does.
 */
@AutoConfiguration
public final class HeadgateAutoConfiguration {

    /** For Spring. */
    public HeadgateAutoConfiguration() {}

    @Bean
    static ClosingWithTheContext headgateClosingWithTheContext() {
        return new ClosingWithTheContext();
    }

    @Bean
    @ConditionalOnClass(name = "org.springframework.boot.r2dbc.OptionsCapableConnectionFactory")
    static OptionsCapability headgateOptionsCapability() {
        return new OptionsCapability();
    }
}
