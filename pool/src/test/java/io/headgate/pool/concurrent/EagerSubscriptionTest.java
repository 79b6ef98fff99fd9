package io.headgate.pool.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.Signals;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.test.publisher.TestPublisher;

class EagerSubscriptionTest {

    private final TestPublisher<String> source =
            TestPublisher.createNoncompliant(TestPublisher.Violation.DEFER_CANCELLATION);
    private Signals<String> caller;

    @BeforeEach
    void subscribe() {
        caller = Signals.withoutDemand(Mono.<String>from(
                actual -> source.subscribe(new EagerSubscription<>(Operators.toCoreSubscriber(actual)))));
    }

    @Test
    void beginsBeforeItsValueIsAskedFor() {
        source.assertWasRequested();
        source.emit("value");
        assertThat(caller.values()).isZero();
        assertThat(caller.ended()).isFalse();
        caller.request();
        assertThat(caller.values()).isEqualTo(1);
        assertThat(caller.completed()).isTrue();
    }

    @Test
    void passesTheValueOnWhenItWasAskedForBefore() {
        caller.request();
        source.emit("value");
        assertThat(caller.values()).isEqualTo(1);
        assertThat(caller.ends()).isEqualTo(1);
    }

    @Test
    void endsWithoutDemandWhenThereIsNoValue() {
        source.complete();
        assertThat(caller.completed()).isTrue();
    }

    @Test
    void passesAnErrorOnWithoutDemand() {
        IllegalStateException refused = new IllegalStateException("refused");
        source.error(refused);
        assertThat(caller.error()).isSameAs(refused);
    }

    /** Whoever is behind it, such as {@code switchIfEmpty}, would do something else. */
    @Test
    void isNotEmptyForACallerWhoGivesUpBetweenValueAndEnd() {
        caller.request();
        source.next("value");
        caller.cancel();
        source.complete();
        source.assertCancelled();
        assertThat(caller.ended()).isFalse();
        assertThat(caller.values()).isZero();
    }
}
