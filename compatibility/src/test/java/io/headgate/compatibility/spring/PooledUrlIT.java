package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactories;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** R2DBC Pool around the driver, as {@code spring.r2dbc.pool} and {@code r2dbc:pool:} URLs make it. */
@EveryTarget
class PooledUrlIT {

    private final Target target;
    private ConnectionPool pool;
    private AnnotationConfigApplicationContext application;
    private Transactions transactions;
    private Accounts accounts;

    PooledUrlIT(Target target) {
        this.target = target;
    }

    @BeforeEach
    void start() {
        target.empty("account", "audit_entry");
        target.node().execute("INSERT INTO account VALUES (1, 100), (2, 100)");
        pool = pool(target.url("maxConnections=6"));
        application = Application.start(pool);
        transactions = application.getBean(Transactions.class);
        accounts = application.getBean(Accounts.class);
    }

    private static ConnectionPool pool(String url) {
        return (ConnectionPool) ConnectionFactories.get(url.replace("r2dbc:", "r2dbc:pool:"));
    }

    @AfterEach
    void stop() {
        // who cancels is gone before the rollback has ended
        await().untilAsserted(() ->
                assertThat(pool.getMetrics().orElseThrow().acquiredSize()).isZero());
        application.close();
        pool.disposeLater().block(Duration.ofSeconds(10));
    }

    @Test
    void repositoriesAndTransactionsRunOnPooledConnections() {
        assertThat(Flux.range(0, 50)
                        .flatMap(i -> transactions.one(() -> accounts.add(1, 1).then(accounts.log("no. " + i))))
                        .count()
                        .block())
                .isEqualTo(50);
        assertThat(accounts.balance(1).block()).isEqualTo(150);
    }

    @Test
    void aConnectionComesBackWithoutTheTransactionThatFailed() {
        for (int i = 0; i < 10; i++) {
            transactions
                    .serializable(() -> accounts.add(1, 1)
                            .then(Mono.<Long>error(new IllegalStateException()))
                            .flux())
                    .onErrorComplete()
                    .blockLast();
            assertThat(accounts.show("SHOW transaction_isolation").block()).isEqualTo("read committed");
        }
        assertThat(accounts.balance(1).block()).isEqualTo(100);
    }

    @Test
    void aCancelledTransactionGivesItsConnectionBack() {
        for (int i = 0; i < 12; i++) {
            assertThat(transactions
                            .required(() -> accounts.add(1, 1).thenMany(accounts.numbers(100)))
                            .blockFirst())
                    .isEqualTo(1);
        }
        assertThat(accounts.balance(1).block()).isEqualTo(100);
    }

    @Test
    void takesThePoolsOptionsFromTheUrl() {
        String url = target.isHeadgate() ? target.url("maxConnections=6&") : target.url("") + "?";
        ConnectionPool sized = pool(url + "initialSize=1&maxSize=5&maxIdleTime=PT1M&validationQuery=SELECT%201");
        assertThat(sized.getMetrics().orElseThrow().getMaxAllocatedSize()).isEqualTo(5);
        sized.disposeLater().block(Duration.ofSeconds(10));
    }
}
