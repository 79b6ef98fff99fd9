package io.headgate.core.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

class ReceiptTest {

    private final List<Receipt> receipts = new ArrayList<>();

    @Test
    void comesOnceWhenTheSubscriberCancelsAtTheValue() {
        Mono<Integer> one = Receipt.collect(Mono.just(1), receipts::add);
        one.flux().take(1).blockLast();
        assertThat(receipts).hasSize(1);
        Flux.zip(one, one).blockLast();
        assertThat(receipts).hasSize(3);
        one.subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            protected void hookOnNext(Integer value) {
                cancel();
            }
        });
        assertThat(receipts).hasSize(4);
    }

    @Test
    void comesOnceForAFluxThatIsCancelledAfterItsEnd() {
        Flux<Integer> numbers = Receipt.collect(Flux.just(1, 2), receipts::add);
        numbers.concatMap(number -> Mono.just(number)).take(2).blockLast();
        assertThat(receipts).hasSize(1);
        numbers.take(1).blockLast();
        assertThat(receipts).hasSize(2);
    }

    /** A committed transaction must not be reported as failed. */
    @Test
    void aTakerThatThrowsChangesNothing() {
        StepVerifier.create(Receipt.collect(Mono.just(1), ReceiptTest::failing))
                .expectNext(1)
                .verifyComplete();
        StepVerifier.create(Receipt.collect(Mono.error(new IllegalArgumentException("own")), ReceiptTest::failing))
                .verifyErrorMessage("own");
        StepVerifier.create(
                        Receipt.collect(Flux.just(1, 2), ReceiptTest::failing).take(1))
                .expectNext(1)
                .verifyComplete();
    }

    private static void failing(Receipt receipt) {
        throw new IllegalStateException("taker");
    }

    @Test
    void refusesNullAtOnce() {
        assertThatThrownBy(() -> Receipt.collect(Mono.just(1), null)).hasMessage("taker");
        assertThatThrownBy(() -> Receipt.collect((Flux<?>) null, receipts::add)).hasMessage("source");
    }

    @Test
    void workThatIsUnobservedHasNoListener() {
        DataAccessListener clients = new DataAccessListener() {};
        Context unobserved = Listeners.unobserved(Context.of("key", "value"));
        assertThat(Listeners.of(clients, unobserved)).isSameAs(DataAccessListener.NONE);
        assertThat(Listeners.of(clients, Context.of("key", "value"))).isSameAs(clients);
    }
}
