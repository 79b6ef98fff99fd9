package io.headgate.compatibility.spring;

import io.headgate.compatibility.Target;
import io.r2dbc.spi.ConnectionFactory;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.domain.ReactiveAuditorAware;
import org.springframework.data.r2dbc.config.AbstractR2dbcConfiguration;
import org.springframework.data.r2dbc.config.EnableR2dbcAuditing;
import org.springframework.data.r2dbc.repository.config.EnableR2dbcRepositories;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/** The application: one for each target, which lives as long as the JVM. */
@Configuration(proxyBeanMethods = false)
@EnableR2dbcRepositories(considerNestedRepositories = true)
@EnableR2dbcAuditing
@EnableTransactionManagement
@ComponentScan
class Application extends AbstractR2dbcConfiguration {

    private static final Map<Target, AnnotationConfigApplicationContext> STARTED = new EnumMap<>(Target.class);

    private final ConnectionFactory connectionFactory;

    Application(ConnectionFactory connectionFactory) {
        this.connectionFactory = connectionFactory;
    }

    static <T> T bean(Target target, Class<T> type) {
        synchronized (STARTED) {
            return STARTED.computeIfAbsent(target, wanted -> start(wanted.connectionFactory()))
                    .getBean(type);
        }
    }

    static AnnotationConfigApplicationContext start(ConnectionFactory connectionFactory) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean("connectionFactory", ConnectionFactory.class, () -> connectionFactory);
        context.register(Application.class);
        context.refresh();
        return context;
    }

    @Override
    public ConnectionFactory connectionFactory() {
        return connectionFactory;
    }

    @Override
    protected List<Object> getCustomConverters() {
        return List.of(
                new Customer.AddressReader(),
                new Customer.AddressWriter(),
                new Customer.MoneyReader(),
                new Customer.MoneyWriter());
    }

    @Bean
    ReactiveTransactionManager transactionManager() {
        return new R2dbcTransactionManager(connectionFactory);
    }

    @Bean
    TransactionalOperator transactionalOperator(ReactiveTransactionManager transactions) {
        return TransactionalOperator.create(transactions);
    }

    @Bean
    ReactiveAuditorAware<String> auditor() {
        return () -> Mono.just("the tests");
    }
}
