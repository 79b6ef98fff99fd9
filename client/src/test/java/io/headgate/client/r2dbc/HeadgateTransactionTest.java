package io.headgate.client.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.client.r2dbc.ConnectionDefaults.Timeouts;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.TransactionEndedException;
import io.headgate.testing.ScriptedExecutor;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The order of calls that two threads on one connection can bring about, taken one after the other. */
class HeadgateTransactionTest {

    private final ScriptedExecutor database =
            new ScriptedExecutor(statement -> Mono.error(new AssertionError("outside the transaction: " + statement)));
    private final HeadgateTransaction transaction =
            new HeadgateTransaction(database, TransactionOptions.defaults(), Timeouts.NONE, TransactionDeadline.NONE);

    @Test
    void aStatementThatComesAfterTheCommitOfATransactionWithoutOneBeginsNothing() {
        transaction.commit().block();
        expectEnded();
    }

    @Test
    void aStatementThatComesAfterTheRollbackOfATransactionWithoutOneBeginsNothing() {
        transaction.rollback().block();
        expectEnded();
    }

    private void expectEnded() {
        StepVerifier.create(transaction.execute(SqlStatement.of("SELECT 1")).take(java.time.Duration.ofSeconds(2)))
                .verifyError(TransactionEndedException.class);
        StepVerifier.create(transaction.stream(SqlStatement.of("SELECT 1")).take(java.time.Duration.ofSeconds(2)))
                .verifyError(TransactionEndedException.class);
        assertThat(database.transactions()).as("leases that nobody gives back").isZero();
    }
}
