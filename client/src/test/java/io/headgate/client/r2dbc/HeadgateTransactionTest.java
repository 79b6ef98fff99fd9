package io.headgate.client.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.client.r2dbc.ConnectionDefaults.Timeouts;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.SqlTransaction;
import io.headgate.core.TransactionOptions;
import io.headgate.core.error.TransactionEndedException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The order of calls that two threads on one connection can bring about, taken one after the other. */
class HeadgateTransactionTest {

    private final AtomicInteger begun = new AtomicInteger();
    private final HeadgateTransaction transaction = new HeadgateTransaction(
            new Counting(), TransactionOptions.defaults(), Timeouts.NONE, TransactionDeadline.NONE);

    /** Counts the transactions that are begun; none of them gets a lease. */
    private final class Counting implements SqlExecutor {

        @Override
        public <T> Flux<T> inTransaction(
                TransactionOptions options, Function<? super SqlTransaction, ? extends Publisher<T>> work) {
            return Flux.defer(() -> {
                begun.incrementAndGet();
                return Flux.never();
            });
        }

        @Override
        public Mono<SqlResult> execute(SqlStatement statement) {
            return Mono.error(new AssertionError("outside the transaction: " + statement));
        }

        @Override
        public Flux<SqlRow> stream(SqlStatement query) {
            return Flux.error(new AssertionError("outside the transaction: " + query));
        }
    }

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
        assertThat(begun).as("a lease that nobody gives back").hasValue(0);
    }
}
