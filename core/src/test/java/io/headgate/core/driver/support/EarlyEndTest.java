package io.headgate.core.driver.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.TestPublisher;

class EarlyEndTest {

    private final TestPublisher<Integer> work = TestPublisher.create();
    private final Sinks.Empty<Void> failure = Sinks.empty();
    private final CompletableFuture<List<Integer>> caller =
            EarlyEnd.of(work.flux(), failure.asMono()).collectList().toFuture();

    @Test
    void endsWithTheErrorAndCancelsTheWork() {
        work.next(1);
        failure.tryEmitError(new IllegalStateException("over"));
        assertThat(caller)
                .failsWithin(0, java.util.concurrent.TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .withMessage("over");
        work.assertCancelled();
    }

    @Test
    void isTheWorkOtherwise() {
        work.next(1, 2).complete();
        failure.tryEmitError(new IllegalStateException("late"));
        assertThat(caller).isCompletedWithValue(List.of(1, 2));
    }

    @Test
    void isCancelledWithTheCaller() {
        caller.cancel(true);
        work.assertCancelled();
    }
}
