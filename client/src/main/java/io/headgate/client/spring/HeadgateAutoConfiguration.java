package io.headgate.client.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * The support for Spring Boot 3.5 and 4 beside {@code spring.r2dbc.url}. The client is closed with the context, and an
 * application's own {@code ConnectionFactory} bean works with Boot's {@code schema.sql} initialisation. Boot creates the
 * connection factory, not this class.
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
