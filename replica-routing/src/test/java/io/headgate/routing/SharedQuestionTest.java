package io.headgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class SharedQuestionTest {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<Sinks.One<Integer>> sent = new ArrayList<>();
    private final SharedQuestion<Integer> question = new SharedQuestion<>(
            Mono.defer(() -> {
                Sinks.One<Integer> answer = Sinks.one();
                sent.add(answer);
                return answer.asMono();
            }),
            Duration.ofSeconds(2),
            time);

    @AfterEach
    void close() {
        time.dispose();
    }

    private CompletableFuture<Integer> ask() {
        return question.ask().toFuture();
    }

    /** An answer to a question that was sent before the caller asked may be too old for it. */
    @Test
    void whoAsksWhileOneIsUnderWayGetsTheNextAnswer() {
        CompletableFuture<Integer> first = ask();
        CompletableFuture<Integer> second = ask();
        CompletableFuture<Integer> third = ask();
        assertThat(sent).hasSize(1);
        sent.get(0).tryEmitValue(1);
        assertThat(first).isCompletedWithValue(1);
        assertThat(second).isNotDone();
        assertThat(sent).as("one for both").hasSize(2);
        sent.get(1).tryEmitValue(2);
        assertThat(second).isCompletedWithValue(2);
        assertThat(third).isCompletedWithValue(2);
        assertThat(sent).as("nobody asks").hasSize(2);
    }

    @Test
    void aFailureIsEveryonesAndTheNextIsSent() {
        CompletableFuture<Integer> first = ask();
        CompletableFuture<Integer> second = ask();
        sent.get(0).tryEmitError(new IllegalStateException("down"));
        assertThat(first).isCompletedExceptionally();
        sent.get(1).tryEmitValue(2);
        assertThat(second).isCompletedWithValue(2);
    }

    @Test
    void aQuestionWithoutAnAnswerEnds() {
        CompletableFuture<Integer> first = ask();
        CompletableFuture<Integer> second = ask();
        time.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(first).isCompletedExceptionally();
        sent.get(1).tryEmitValue(2);
        assertThat(second).isCompletedWithValue(2);
    }

    @Test
    void aCallerThatGivesUpTakesNobodysAnswer() {
        Disposable first = question.ask().subscribe();
        CompletableFuture<Integer> second = ask();
        first.dispose();
        sent.get(0).tryEmitValue(1);
        sent.get(1).tryEmitValue(2);
        assertThat(second).isCompletedWithValue(2);
    }

    @Test
    void callersOnManyThreadsEachGetAnAnswerThatIsNotOlderThanTheirQuestion() {
        AtomicInteger clock = new AtomicInteger();
        SharedQuestion<Integer> counting = new SharedQuestion<>(
                Mono.fromSupplier(clock::incrementAndGet).subscribeOn(Schedulers.parallel()),
                Duration.ofSeconds(20),
                Schedulers.parallel());
        Runnable asks = () -> {
            for (int i = 0; i < 3_000; i++) {
                int before = clock.get();
                assertThat(counting.ask().block(Duration.ofSeconds(10))).isGreaterThan(before);
            }
        };
        CompletableFuture.allOf(
                        CompletableFuture.runAsync(asks),
                        CompletableFuture.runAsync(asks),
                        CompletableFuture.runAsync(asks))
                .join();
        assertThat(clock.get()).as("questions for 9,000 callers").isLessThan(9_000);
    }
}
