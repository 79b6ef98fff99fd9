package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import io.r2dbc.spi.IsolationLevel;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Transactions that are written out. */
@EveryTarget
class TransactionalOperatorIT extends TransactionalTest {

    private final TransactionalOperator operator;

    TransactionalOperatorIT(Target target) {
        super(target);
        operator = Application.bean(target, TransactionalOperator.class);
    }

    @Test
    void commitsAndRollsBack() {
        accounts.add(1, 1).then(accounts.add(2, 1)).as(operator::transactional).block();
        assertThat(balances()).isEqualTo("101,101");
        accounts.add(1, 1)
                .then(Mono.error(new IllegalStateException("undo")))
                .as(operator::transactional)
                .as(StepVerifier::create)
                .verifyErrorMessage("undo");
        assertThat(balances()).isEqualTo("101,101");
    }

    @Test
    void rollsBackWhenToldTo() {
        operator.execute(status -> accounts.add(1, 1).doOnNext(count -> status.setRollbackOnly()))
                .blockLast();
        assertThat(balances()).isEqualTo("100,100");
    }

    @Test
    void wrapsManyValues() {
        assertThat(Flux.range(1, 50)
                        .concatMap(i -> accounts.add(1, 1))
                        .as(operator::transactional)
                        .count()
                        .block())
                .isEqualTo(50);
        assertThat(balances()).isEqualTo("150,100");
    }

    @Test
    void takesADefinition() {
        DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
        definition.setReadOnly(true);
        definition.setName("a report");
        definition.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
        TransactionalOperator reports =
                TransactionalOperator.create(Application.bean(target, ReactiveTransactionManager.class), definition);
        assertThat(accounts.show("SELECT current_setting('transaction_isolation') || ' ' ||"
                                + " current_setting('transaction_read_only')")
                        .as(reports::transactional)
                        .block())
                .isEqualTo("serializable on");
    }

    @Test
    void leavesNothingSetForWhoComesNext() {
        takesADefinition();
        for (int i = 0; i < 8; i++) {
            // on a replica everything is read-only
            assertThat(accounts.show(
                                    "SELECT current_setting('transaction_isolation') || ' ' ||"
                                            + " (current_setting('transaction_read_only')::boolean AND NOT pg_is_in_recovery())")
                            .block())
                    .isEqualTo("read committed false");
        }
        assertThat(Application.bean(target, DatabaseClient.class)
                        .inConnection(connection -> Mono.just(connection.getTransactionIsolationLevel()))
                        .block())
                .isEqualTo(IsolationLevel.READ_COMMITTED);
    }
}
