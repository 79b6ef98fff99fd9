package io.headgate.benchmarks.contender.spring;

import io.headgate.benchmarks.contender.Change;
import io.headgate.benchmarks.contender.Item;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.r2dbc.config.AbstractR2dbcConfiguration;
import org.springframework.data.r2dbc.repository.config.EnableR2dbcRepositories;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import reactor.core.publisher.Mono;

/** A Spring Data R2DBC application. Only its URL differs between libraries. */
public final class SpringApplication implements AutoCloseable {

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private final CatalogueItems items;
    private final Bank bank;

    /** @param r2dbcUrl as {@code spring.r2dbc.url} has it */
    public SpringApplication(String r2dbcUrl) {
        context.registerBean(ConnectionFactory.class, () -> ConnectionFactories.get(r2dbcUrl));
        context.register(Beans.class);
        context.refresh();
        items = context.getBean(CatalogueItems.class);
        bank = context.getBean(Bank.class);
    }

    /** Looks an item up through a repository. */
    public Mono<Item> item(long id) {
        return items.findById(id).map(found -> new Item(found.id(), found.title()));
    }

    /** Calls a transactional method of a service. */
    public Mono<Change> deposit(long id) {
        return bank.deposit(id);
    }

    @Override
    public void close() {
        context.close();
    }

    /** The beans that Spring Boot's starter would set up. */
    @Configuration
    @EnableR2dbcRepositories(considerNestedRepositories = true)
    @EnableTransactionManagement(proxyTargetClass = true)
    static class Beans extends AbstractR2dbcConfiguration {

        private final ConnectionFactory connections;

        Beans(ConnectionFactory connections) {
            this.connections = connections;
        }

        @Override
        public ConnectionFactory connectionFactory() {
            return connections;
        }

        @Bean
        R2dbcTransactionManager transactionManager() {
            return new R2dbcTransactionManager(connections);
        }

        @Bean
        Bank bank(Accounts accounts) {
            return new Bank(accounts);
        }
    }
}
