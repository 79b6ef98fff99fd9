package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryHeadgateTarget;
import io.headgate.compatibility.Target;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;
import reactor.test.StepVerifier;

/** Spring gives a transaction's timeout to the driver as the longest wait for a lock; R2DBC PostgreSQL bounds nothing else. */
@EveryHeadgateTarget
class TransactionTimeoutIT extends TransactionalTest {

    TransactionTimeoutIT(Target target) {
        super(target);
    }

    @Test
    void boundsWaitsForLocks() {
        transactions
                .required(() -> accounts.add(1, 1)
                        .thenMany(transactions.newWithinASecond(
                                () -> accounts.add(1, 1).flux())))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(QueryTimeoutException.class)
                        .hasStackTraceContaining("timeout"))
                .verify(Duration.ofSeconds(10));
        assertThat(balances()).isEqualTo("100,100");
    }

    @Test
    void boundsAStatementThatWaitsForNoLock() {
        transactions
                .newWithinASecond(
                        () -> accounts.show("SELECT pg_sleep(8)::text").flux())
                .as(StepVerifier::create)
                .expectError(QueryTimeoutException.class)
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void boundsTheStatementsTogether() {
        transactions
                .newWithinASecond(() -> accounts.add(1, 1)
                        .then(accounts.show("SELECT pg_sleep(0.4)::text"))
                        .then(accounts.show("SELECT pg_sleep(0.4)::text"))
                        .then(accounts.show("SELECT pg_sleep(0.4)::text"))
                        .flux())
                .as(StepVerifier::create)
                .expectError(QueryTimeoutException.class)
                .verify(Duration.ofSeconds(5));
        assertThat(balances()).isEqualTo("100,100");
    }

    @Test
    void aStatementAfterItsEndIsNotSent() {
        transactions
                .newWithinASecond(() -> accounts.add(1, 1)
                        .delayElement(Duration.ofMillis(1_050))
                        .thenMany(accounts.add(1, 1)))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(QueryTimeoutException.class)
                        .hasMessageContaining("the transaction's time is over"))
                .verify(Duration.ofSeconds(5));
        assertThat(balances()).isEqualTo("100,100");
    }

    @Test
    void isNotLeftToWhoComesNext() {
        boundsWaitsForLocks();
        assertThat(transactions
                        .newWithinASecond(
                                () -> accounts.show("SHOW lock_timeout").flux())
                        .blockLast())
                .isEqualTo("1s");
        for (int i = 0; i < 8; i++) {
            for (String limit : new String[] {"lock_timeout", "statement_timeout"}) {
                assertThat(transactions
                                .required(() -> accounts.show("SHOW " + limit).flux())
                                .blockLast())
                        .isEqualTo("0");
            }
        }
    }
}
