package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** How transactions that are declared begin and end. */
@EveryTarget
class TransactionalIT extends TransactionalTest {

    TransactionalIT(Target target) {
        super(target);
    }

    @Test
    void commitsWhenTheMethodCompletes() {
        assertThat(transactions
                        .one(() -> accounts.add(1, -30).then(accounts.add(2, 30)))
                        .block())
                .isEqualTo(1);
        assertThat(balances()).isEqualTo("70,130");
    }

    @Test
    void seesItsOwnWorkAndNobodyElseDoes() {
        transactions
                .one(() -> accounts.add(1, -30).then(accounts.balance(1)).doOnNext(balance -> {
                    assertThat(balance).isEqualTo(70);
                    assertThat(balances()).isEqualTo("100,100");
                }))
                .block();
        assertThat(balances()).isEqualTo("70,100");
    }

    @Test
    void rollsBackWhenAStatementFails() {
        transactions
                .one(() -> accounts.add(1, 30).then(accounts.add(2, -300)))
                .as(StepVerifier::create)
                .verifyError(DataIntegrityViolationException.class);
        assertThat(balances()).isEqualTo("100,100");
    }

    @Test
    void rollsBackWhenTheApplicationFails() {
        transactions
                .one(() -> accounts.add(1, 30).then(Mono.error(new IllegalStateException("the application's own"))))
                .as(StepVerifier::create)
                .verifyErrorMessage("the application's own");
        transactions
                .required(() -> {
                    throw new IllegalStateException("thrown");
                })
                .as(StepVerifier::create)
                .verifyErrorMessage("thrown");
        assertThat(balances()).isEqualTo("100,100");
    }

    @Test
    void aCheckedExceptionRollsBackOnlyWhenAsked() {
        transactions
                .required(() -> accounts.add(1, 1).flux().concatWith(Mono.error(new IOException("checked"))))
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyError(IOException.class);
        assertThat(balances()).isEqualTo("101,100");
        transactions
                .rollbackForChecked(() -> accounts.add(1, 1).flux().concatWith(Mono.error(new IOException("checked"))))
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyError(IOException.class);
        assertThat(balances()).isEqualTo("101,100");
        transactions
                .noRollbackForIllegalState(
                        () -> accounts.add(1, 1).flux().concatWith(Mono.error(new IllegalStateException())))
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyError(IllegalStateException.class);
        assertThat(balances()).isEqualTo("102,100");
    }

    @Test
    void whatOnlyReadsRefusesToWrite() {
        assertThat(transactions.readOnly(() -> accounts.balance(1).flux()).blockLast())
                .isEqualTo(100);
        transactions
                .readOnly(() -> accounts.add(1, 1).flux())
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(DataAccessException.class)
                        .hasStackTraceContaining("read-only transaction"));
        assertThat(transactions
                        .readOnly(() ->
                                accounts.show("SHOW transaction_read_only").flux())
                        .blockLast())
                .isEqualTo("on");
        assertThat(transactions
                        .required(() ->
                                accounts.show("SHOW transaction_read_only").flux())
                        .blockLast())
                .isEqualTo("off");
    }

    @Test
    void runsInTheIsolationThatIsAsked() {
        Flux<String> isolation = accounts.show("SHOW transaction_isolation").flux();
        assertThat(transactions.required(() -> isolation).blockLast()).isEqualTo("read committed");
        assertThat(transactions.repeatableRead(() -> isolation).blockLast()).isEqualTo("repeatable read");
        assertThat(transactions.serializable(() -> isolation).blockLast()).isEqualTo("serializable");
        assertThat(transactions.readCommittedReadOnly(() -> isolation).blockLast())
                .isEqualTo("read committed");
        assertThat(transactions.required(() -> isolation).blockLast()).isEqualTo("read committed");
    }

    @Test
    void repeatableReadKeepsItsView() {
        transactions
                .repeatableRead(() -> accounts.balance(1)
                        .doOnNext(before -> target.node().execute("UPDATE account SET balance = 5 WHERE id = 1"))
                        .then(accounts.balance(1))
                        .flux())
                .as(StepVerifier::create)
                .expectNext(100)
                .verifyComplete();
    }

    @Test
    void streamsRowsInATransaction() {
        transactions
                .required(() -> accounts.numbers(10_000))
                .as(StepVerifier::create)
                .expectNextCount(10_000)
                .verifyComplete();
    }

    @Test
    void doesWithoutAnyStatement() {
        assertThat(transactions.one(() -> Mono.just("nothing asked")).block()).isEqualTo("nothing asked");
        transactions.required(Flux::empty).as(StepVerifier::create).verifyComplete();
    }

    @Test
    void statementsSideBySideShareTheTransaction() {
        assertThat(transactions
                        .required(() -> Flux.range(0, 20).flatMap(i -> accounts.add(1 + i % 2, 1)))
                        .count()
                        .block())
                .isEqualTo(20);
        assertThat(balances()).isEqualTo("110,110");
    }

    @Test
    void anErrorThatIsSwallowedDoesNotCommitTheRest() {
        transactions
                .one(() -> accounts.add(1, 30).then(accounts.add(2, -300).onErrorReturn(0L)))
                .onErrorComplete()
                .block();
        assertThat(balances()).isEqualTo("100,100");
    }

    @Test
    void anErrorThatIsSwallowedIsReportedAtTheCommit() {
        transactions
                .one(() -> accounts.add(1, 30).then(accounts.add(2, -300).onErrorReturn(0L)))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error).isInstanceOf(DataAccessException.class));
    }
}
