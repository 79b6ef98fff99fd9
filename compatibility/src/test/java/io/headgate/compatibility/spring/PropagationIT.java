package io.headgate.compatibility.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.compatibility.EveryTarget;
import io.headgate.compatibility.Target;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.IllegalTransactionStateException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Transactions that meet others. */
@EveryTarget
class PropagationIT extends TransactionalTest {

    PropagationIT(Target target) {
        super(target);
    }

    private static <T> Mono<T> failure() {
        return Mono.error(new IllegalStateException("undo"));
    }

    @Test
    void joinsTheTransactionThereIs() {
        transactions
                .required(() -> accounts.add(1, 1)
                        .thenMany(transactions.required(() -> accounts.add(2, 1).flux()))
                        .concatWith(failure()))
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyErrorMessage("undo");
        assertThat(balances()).isEqualTo("100,100");
    }

    @Test
    void aNewOneCommitsThoughTheOuterOneRollsBack() {
        transactions
                .required(() -> accounts.add(1, 1)
                        .thenMany(transactions.requiresNew(
                                () -> accounts.log("tried").flux()))
                        .concatWith(failure()))
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyErrorMessage("undo");
        assertThat(balances()).isEqualTo("100,100");
        assertThat(log()).isEqualTo("tried");
    }

    @Test
    void aNewOneRollsBackThoughTheOuterOneCommits() {
        transactions
                .required(() -> accounts.add(1, 1)
                        .thenMany(transactions
                                .requiresNew(() -> accounts.log("lost")
                                        .then(PropagationIT.<Long>failure())
                                        .flux())
                                .onErrorComplete())
                        .concatWith(accounts.add(2, 1)))
                .blockLast();
        assertThat(balances()).isEqualTo("101,101");
        assertThat(log()).isEmpty();
    }

    @Test
    void aNewOneDoesNotSeeTheOuterOne() {
        assertThat(transactions
                        .required(() -> accounts.add(1, 1)
                                .thenMany(transactions.requiresNew(
                                        () -> accounts.balance(1).flux()))
                                .concatWith(accounts.balance(1)))
                        .collectList()
                        .block())
                .containsExactly(100, 101);
    }

    @Test
    void aNestedOneRollsBackAlone() {
        transactions
                .required(() -> accounts.add(1, 1)
                        .thenMany(transactions
                                .nested(() -> accounts.add(2, 50)
                                        .then(PropagationIT.<Long>failure())
                                        .flux())
                                .onErrorComplete())
                        .concatWith(accounts.add(2, 1)))
                .blockLast();
        assertThat(balances()).isEqualTo("101,101");
    }

    @Test
    void aNestedOneThatFailedAtTheServerRollsBackAlone() {
        transactions
                .required(() -> accounts.add(1, 1)
                        .thenMany(transactions
                                .nested(() -> accounts.add(2, -500).flux())
                                .onErrorComplete())
                        .concatWith(accounts.add(2, 1)))
                .blockLast();
        assertThat(balances()).isEqualTo("101,101");
    }

    @Test
    void nestedOnesCommitWithTheOuterOne() {
        transactions
                .required(() -> transactions
                        .nested(() -> accounts.add(1, 1)
                                .thenMany(transactions.nested(
                                        () -> accounts.add(2, 1).flux())))
                        .concatWith(transactions.nested(() -> accounts.add(2, 1).flux())))
                .blockLast();
        assertThat(balances()).isEqualTo("101,102");
        transactions.nested(() -> accounts.add(1, 1).flux()).blockLast();
        assertThat(balances()).isEqualTo("102,102");
    }

    @Test
    void whatIsNotSupportedRunsOutside() {
        transactions
                .required(() -> accounts.add(1, 1)
                        .thenMany(transactions.notSupported(() -> accounts.log("kept")
                                .thenMany(accounts.balance(1).flux())))
                        .concatWith(failure()))
                .as(StepVerifier::create)
                .expectNext(100)
                .verifyErrorMessage("undo");
        assertThat(log()).isEqualTo("kept");
        assertThat(balances()).isEqualTo("100,100");
    }

    @Test
    void supportsRunsWithOrWithout() {
        transactions.supports(() -> accounts.add(1, 1).flux()).blockLast();
        transactions
                .required(() ->
                        transactions.supports(() -> accounts.add(1, 1).flux()).concatWith(failure()))
                .onErrorComplete()
                .blockLast();
        assertThat(balances()).isEqualTo("101,100");
    }

    @Test
    void mandatoryAndNeverAreKept() {
        transactions
                .mandatory(() -> Flux.just(1))
                .as(StepVerifier::create)
                .verifyError(IllegalTransactionStateException.class);
        transactions
                .required(() -> transactions.never(() -> Flux.just(1)))
                .as(StepVerifier::create)
                .verifyError(IllegalTransactionStateException.class);
    }
}
