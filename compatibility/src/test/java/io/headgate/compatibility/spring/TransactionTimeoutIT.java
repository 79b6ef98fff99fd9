package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryHeadgateTarget;
import io.headgate.compatibility.Target;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;
import reactor.test.StepVerifier;

/** Spring gives a transaction's timeout to the driver as the longest wait for a lock; R2DBC PostgreSQL leaves it aside. */
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
                        .hasStackTraceContaining("lock timeout"))
                .verify(Duration.ofSeconds(10));
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
            assertThat(transactions
                            .required(() -> accounts.show("SHOW lock_timeout").flux())
                            .blockLast())
                    .isEqualTo("0");
        }
    }
}
