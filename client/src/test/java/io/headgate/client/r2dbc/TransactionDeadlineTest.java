package io.headgate.client.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.client.r2dbc.ConnectionDefaults.Timeouts;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class TransactionDeadlineTest {

    private final AtomicLong clock = new AtomicLong(-5);
    private final TransactionDeadline second = TransactionDeadline.after(Duration.ofSeconds(1), clock::get);

    private void pass(long millis) {
        clock.addAndGet(millis * 1_000_000);
    }

    private static Timeouts statement(long millis) {
        return new Timeouts(Duration.ofMillis(millis), null);
    }

    @Test
    void aStatementMayTakeWhatIsLeft() {
        assertThat(second.bound(Timeouts.NONE)).isEqualTo(statement(1_000));
        pass(400);
        assertThat(second.bound(Timeouts.NONE)).isEqualTo(statement(600));
    }

    @Test
    void aShorterLimitOfTheStatementStays() {
        assertThat(second.bound(statement(10))).isEqualTo(statement(10));
        assertThat(second.bound(statement(0))).as("none").isEqualTo(statement(1_000));
        pass(995);
        assertThat(second.bound(statement(10))).isEqualTo(statement(5));
    }

    @Test
    void nothingIsSentWhenTheTimeIsOver() {
        pass(1_000);
        assertThatThrownBy(() -> second.bound(Timeouts.NONE))
                .isInstanceOf(TransactionDeadline.TimeIsOverException.class)
                .hasMessageContaining("1000 ms")
                .hasMessageContaining("not sent");
    }

    @Test
    void whatIsUnderWayEndsWhenTheTimeIsOver() {
        AtomicLong over = new AtomicLong();
        StepVerifier.withVirtualTime(() -> second.end(Flux.never(), error -> over.incrementAndGet()))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(999))
                .thenAwait(Duration.ofMillis(1))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TransactionDeadline.TimeIsOverException.class)
                        .hasMessageContaining("given up"));
        assertThat(over).hasValue(1);
    }

    @Test
    void whatEndsBeforeIsNotBound() {
        StepVerifier.withVirtualTime(() -> second.end(Flux.just(1), error -> {
                    throw new AssertionError(error);
                }))
                .expectNext(1)
                .verifyComplete();
    }

    /** One statement of a transaction ends while another thread begins the next. */
    @Test
    void statementsThatOverlapEndEachByItself() throws InterruptedException {
        TransactionDeadline far = TransactionDeadline.after(Duration.ofMinutes(10), clock::get);
        Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
        Runnable statements = () -> {
            for (int i = 0; i < 50_000; i++) {
                Sinks.Empty<Integer> statement = Sinks.empty();
                far.end(statement.asMono(), errors::add).subscribe(done -> {}, errors::add);
                statement.tryEmitEmpty();
            }
        };
        Thread other = new Thread(statements);
        other.start();
        statements.run();
        other.join();
        assertThat(errors).isEmpty();
    }

    @Test
    void withoutALimitNothingIsBound() {
        assertThat(TransactionDeadline.after(null, clock::get).isSet()).isFalse();
        assertThat(TransactionDeadline.after(Duration.ZERO, clock::get).isSet()).isFalse();
        assertThat(TransactionDeadline.NONE.bound(Timeouts.NONE)).isSameAs(Timeouts.NONE);
    }
}
