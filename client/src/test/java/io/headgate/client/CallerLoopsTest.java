package io.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.ScriptedExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** Results come back to the loop that was subscribed on, in order, as asked for, and with one end. */
class CallerLoopsTest {

    private static final String LOOP = "caller-loop";

    private final ExecutorService loop = Executors.newSingleThreadExecutor(task -> new Thread(task, LOOP));
    private final CallerLoops callers = new CallerLoops(new ScriptedExecutor(), () -> isOnLoop() ? loop : null);
    private final Scheduler elsewhere = Schedulers.newSingle("elsewhere");

    @AfterEach
    void end() {
        loop.shutdownNow();
        elsewhere.dispose();
    }

    private static boolean isOnLoop() {
        return Thread.currentThread().getName().equals(LOOP);
    }

    private static String thread() {
        return Thread.currentThread().getName();
    }

    @Test
    void aValueAnErrorAndNothingComeBack() {
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        List<Mono<String>> all = List.of(
                callers.bring(Mono.just("value").publishOn(elsewhere)),
                callers.bring(
                        Mono.<String>error(new IllegalStateException("no")).publishOn(elsewhere)),
                callers.bring(Mono.<String>empty().publishOn(elsewhere)));
        loop.execute(() -> all.forEach(mono -> mono.subscribe(
                value -> heard.add(value + " " + thread()),
                error -> heard.add(error.getMessage() + " " + thread()),
                () -> heard.add("end " + thread()))));
        assertThat(take(heard, 4))
                .containsExactlyInAnyOrder("value " + LOOP, "end " + LOOP, "no " + LOOP, "end " + LOOP);
    }

    @Test
    void valuesThenTheEndComeBackInOrder() {
        List<String> expected = new ArrayList<>();
        for (int n = 0; n < 10_000; n++) {
            expected.add(n + " " + LOOP);
        }
        expected.add("no " + LOOP);
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Flux<Integer> values = callers.bring(Flux.range(0, 10_000)
                .concatWith(Mono.error(new IllegalStateException("no")))
                .publishOn(elsewhere));
        loop.execute(() -> values.subscribe(
                value -> heard.add(value + " " + thread()), error -> heard.add(error.getMessage() + " " + thread())));
        assertThat(take(heard, expected.size())).isEqualTo(expected);
    }

    @Test
    void aCallerOnNoLoopIsLeftAlone() {
        StepVerifier.create(callers.bring(Mono.just(1).publishOn(elsewhere)).map(one -> thread()))
                .assertNext(thread -> assertThat(thread).startsWith("elsewhere"))
                .verifyComplete();
        StepVerifier.create(callers.bring(Flux.just(1).publishOn(elsewhere)).map(one -> thread()))
                .assertNext(thread -> assertThat(thread).startsWith("elsewhere"))
                .verifyComplete();
    }

    @Test
    void onlyWhatIsWantedIsAskedFor() {
        TestPublisher<Integer> source = TestPublisher.create();
        AtomicLong asked = new AtomicLong();
        Flux<Integer> values = callers.bring(source.flux().doOnRequest(asked::addAndGet));
        BaseSubscriber<Integer> few = subscriber(3);
        onLoop(() -> values.subscribe(few));
        assertThat(asked).hasValue(3);
        source.next(1, 2, 3);
        onLoop(() -> {});
        assertThat(asked).hasValue(3);
        onLoop(() -> few.request(2));
        assertThat(asked).hasValue(5);
        onLoop(few::cancel);
        source.assertCancelled();
    }

    @Test
    void aSlowCallerHasNoMoreThanAWindowOnItsWay() throws InterruptedException {
        AtomicLong made = new AtomicLong();
        AtomicLong taken = new AtomicLong();
        AtomicLong most = new AtomicLong();
        CompletableFuture<Void> end = new CompletableFuture<>();
        Flux<Long> values = callers.bring(Flux.<Long>generate(sink -> {
                    sink.next(made.incrementAndGet());
                    if (made.get() == 20_000) {
                        sink.complete();
                    }
                })
                .subscribeOn(elsewhere));
        loop.execute(() -> values.subscribe(
                value -> {
                    most.accumulateAndGet(made.get() - taken.getAndIncrement(), Math::max);
                    Thread.onSpinWait();
                },
                end::completeExceptionally,
                () -> end.complete(null)));
        assertThat(end).succeedsWithin(Duration.ofSeconds(20));
        assertThat(taken).hasValue(20_000);
        assertThat(most.get()).isGreaterThan(1).isLessThanOrEqualTo(CallerLoopValues.WINDOW);
    }

    @Test
    void whoHasCancelledHearsNothingMoreAndWhatWasOnItsWayIsDiscarded() {
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Sinks.One<String> one = Sinks.one();
        Sinks.Many<String> many = Sinks.many().unicast().onBackpressureBuffer();
        Mono<String> value = callers.bring(one.asMono())
                .doOnDiscard(String.class, left -> heard.add("discarded " + left))
                .doOnNext(heard::add);
        Flux<String> values = callers.bring(many.asFlux())
                .doOnDiscard(String.class, left -> heard.add("discarded " + left))
                .doOnNext(heard::add);
        onLoop(() -> {
            Disposable first = value.subscribe();
            Disposable second = values.subscribe();
            // told while the loop is busy here, and so delivered after the cancellation
            elsewhere(() -> {
                one.tryEmitValue("value");
                many.tryEmitNext("values");
            });
            first.dispose();
            second.dispose();
        });
        onLoop(() -> {});
        assertThat(heard).containsExactlyInAnyOrder("discarded value", "discarded values");
    }

    @Test
    void aLoopThatHasEndedLosesNoOutcome() {
        CallerLoops ended = new CallerLoops(new ScriptedExecutor(), () -> task -> {
            throw new RejectedExecutionException("ended");
        });
        StepVerifier.create(ended.bring(Mono.just("value"))).expectNext("value").verifyComplete();
        StepVerifier.create(ended.bring(Flux.just("a", "b")))
                .expectNext("a", "b")
                .verifyComplete();
        StepVerifier.create(ended.bring(Flux.error(new IllegalStateException("no"))))
                .verifyErrorMessage("no");
    }

    @Test
    void anErrorThatReactorCallsFatalReachesTheCallerWhoseCodeThrewIt() {
        NoClassDefFoundError fatal = new NoClassDefFoundError("x");
        Mono<Integer> value = callers.bring(Mono.just(1).publishOn(elsewhere));
        Flux<Integer> values = callers.bring(Flux.just(1, 2).publishOn(elsewhere));
        Mono<Integer> throwing = Mono.defer(() -> {
            throw fatal;
        });
        Mono<Integer> noValue =
                callers.bring(Mono.<Integer>error(new IllegalStateException()).publishOn(elsewhere));
        Flux<Integer> noValues =
                callers.bring(Flux.<Integer>error(new IllegalStateException()).publishOn(elsewhere));
        for (Publisher<Integer> failing : List.of(
                noValue.onErrorResume(error -> Mono.just(fail(fatal))),
                noValues.onErrorResume(error -> Mono.just(fail(fatal))),
                value.map(one -> fail(fatal)),
                values.map(one -> fail(fatal)),
                value.then(throwing),
                values.then(throwing),
                callers.bring(Mono.<Integer>empty().publishOn(elsewhere)).then(throwing),
                callers.bring(Flux.<Integer>empty().publishOn(elsewhere)).then(throwing))) {
            CompletableFuture<Throwable> heard = new CompletableFuture<>();
            loop.execute(() -> Flux.from(failing).subscribe(one -> {}, heard::complete));
            assertThat(heard).succeedsWithin(Duration.ofSeconds(20)).isSameAs(fatal);
        }
    }

    private static int fail(Error error) {
        throw error;
    }

    @Test
    void everyCallerIsToldOfOneEndWhateverTheTiming() {
        int callersInAll = 20_000;
        AtomicLong values = new AtomicLong();
        LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();
        for (int n = 0; n < callersInAll; n++) {
            int count = n % 4;
            Flux<Integer> brought = callers.bring(Flux.range(0, count).publishOn(elsewhere));
            loop.execute(() -> brought.subscribe(
                    value -> values.incrementAndGet(), error -> ends.add("error"), () -> ends.add("complete")));
        }
        assertThat(take(ends, callersInAll)).containsOnly("complete");
        onLoop(() -> {});
        assertThat(ends).isEmpty();
        assertThat(values).hasValue(callersInAll * 3L / 2);
    }

    private static BaseSubscriber<Integer> subscriber(int first) {
        return new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(first);
            }
        };
    }

    private void onLoop(Runnable task) {
        CompletableFuture.runAsync(task, loop).orTimeout(20, TimeUnit.SECONDS).join();
    }

    private void elsewhere(Runnable task) {
        CompletableFuture.runAsync(task, elsewhere::schedule)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private static List<String> take(LinkedBlockingQueue<String> heard, int count) {
        List<String> taken = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                String next = heard.poll(20, TimeUnit.SECONDS);
                assertThat(next).as("signal " + i + " of " + count).isNotNull();
                taken.add(next);
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        return taken;
    }

    /** As where a connection is on the caller's loop: nothing is handed over, and an answer stays in its place. */
    @Test
    void whatComesOnTheCallersLoopIsTakenAtOnce() throws Exception {
        CompletableFuture<List<String>> heard = new CompletableFuture<>();
        loop.execute(() -> {
            List<String> order = new ArrayList<>();
            Sinks.One<String> answer = Sinks.one();
            Sinks.Many<String> rows = Sinks.many().unicast().onBackpressureBuffer();
            callers.bring(answer.asMono()).subscribe(order::add);
            callers.bring(rows.asFlux()).subscribe(order::add);
            answer.tryEmitValue("value");
            order.add("after the value");
            rows.tryEmitNext("row");
            order.add("after the row");
            heard.complete(order);
        });
        assertThat(heard.get(5, TimeUnit.SECONDS)).containsExactly("value", "after the value", "row", "after the row");
    }
}
