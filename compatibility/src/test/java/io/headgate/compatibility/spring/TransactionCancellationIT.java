package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Subscribers that go away in the middle of a transaction. */
@EveryTarget
class TransactionCancellationIT extends TransactionalTest {

    TransactionCancellationIT(Target target) {
        super(target);
    }

    /** Sees an open transaction's locks as much as its writes. */
    private void awaitUntouched() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(
                                target.node().query("SELECT balance FROM account ORDER BY id FOR UPDATE NOWAIT"))
                        .extracting(row -> row.get("balance"))
                        .containsExactly(100, 100));
    }

    @Test
    void rollsBackWhenCancelledBetweenRows() {
        transactions
                .required(() -> accounts.add(1, 1).thenMany(accounts.numbers(1_000)))
                .as(rows -> StepVerifier.create(rows, 3))
                .expectNextCount(3)
                .thenCancel()
                .verify();
        awaitUntouched();
    }

    @Test
    void rollsBackWhenOnlySomeRowsAreTaken() {
        assertThat(transactions
                        .required(() -> accounts.add(1, 1).thenMany(accounts.numbers(1_000)))
                        .take(2)
                        .collectList()
                        .block())
                .containsExactly(1, 2);
        awaitUntouched();
    }

    @Test
    void rollsBackWhenCancelledBetweenStatements() {
        transactions
                .required(() -> accounts.add(1, 1).flux().concatWith(Mono.never()))
                .as(StepVerifier::create)
                .expectNext(1L)
                .thenCancel()
                .verify();
        awaitUntouched();
    }

    @Test
    void stopsAStatementThatRuns() {
        Disposable running = transactions
                .required(() -> accounts.add(1, 1)
                        .thenMany(accounts.show("SELECT pg_sleep(3)::text").flux()))
                .subscribe();
        Awaitility.await()
                .until(() -> target.node()
                        .queryValue("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3)%'"
                                + " AND state = 'active' AND pid <> pg_backend_pid()")
                        .equals("1"));
        running.dispose();
        awaitUntouched();
    }

    @Test
    void timeOutsOfTheApplicationLeaveNothing() {
        Flux.range(0, 20)
                .flatMap(i -> transactions
                        .one(() -> accounts.show("SELECT pg_sleep(0.05)::text").then(accounts.add(1, 1)))
                        .timeout(Duration.ofMillis(1 + i))
                        .onErrorComplete())
                .blockLast();
        awaitUntouched();
    }
}
