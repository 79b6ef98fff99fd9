package io.headgate.core.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.TestPublisher;
import reactor.util.context.Context;

class CaughtSignalsTest {

    @SuppressWarnings("TypeParameterUnusedInFormals") // it never returns
    private static <T> T fail() {
        throw new NoClassDefFoundError("x");
    }

    /** A name for the test report, and the caller's operators, one of which throws. */
    private record Chain(String name, Function<Flux<Integer>, Mono<?>> operators) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Chain chain(String name, Function<Flux<Integer>, Mono<?>> operators) {
        return new Chain(name, operators);
    }

    static Stream<Chain> chains() {
        return Stream.of(
                chain("map", flux -> flux.map(value -> fail()).next()),
                chain("filter", flux -> flux.filter(value -> fail()).next()),
                chain("handle", flux -> flux.handle((value, sink) -> fail()).then()),
                chain("doOnNext", flux -> flux.doOnNext(value -> fail()).then()),
                chain(
                        "doOnComplete",
                        flux -> flux.doOnComplete(CaughtSignalsTest::fail).then()),
                chain("mapper of flatMap", flux -> flux.flatMap(value -> fail()).then()),
                chain(
                        "mapper of concatMap",
                        flux -> flux.concatMap(value -> fail()).then()),
                chain("behind collectList", flux -> flux.collectList().map(list -> fail())),
                chain(
                        "behind collectMap",
                        flux -> flux.collectMap(value -> value).map(map -> fail())),
                chain("collector", flux -> flux.collectMap(value -> fail())),
                chain("behind reduce", flux -> flux.reduce(Integer::sum).map(sum -> fail())),
                chain("reducer", flux -> flux.reduce((a, b) -> fail())),
                chain("behind count", flux -> flux.count().map(count -> fail())),
                chain("behind next", flux -> flux.next().map(value -> fail())),
                chain("behind last", flux -> flux.last().map(value -> fail())),
                chain("behind hasElements", flux -> flux.hasElements().map(value -> fail())),
                chain("behind take", flux -> flux.take(2).collectList().map(list -> fail())),
                chain(
                        "behind buffer",
                        flux -> flux.buffer(2).map(list -> fail()).then()),
                chain(
                        "behind two of them",
                        flux -> flux.collectList()
                                .flatMapIterable(Function.identity())
                                .collectList()
                                .map(list -> fail())),
                chain("flatMap of a Mono", flux -> flux.collectList().flatMap(list -> fail())),
                chain("then", flux -> flux.then(Mono.fromCallable(CaughtSignalsTest::fail))),
                chain("then deferred", flux -> flux.then(Mono.defer(CaughtSignalsTest::fail))),
                chain(
                        "then many",
                        flux -> flux.thenMany(Flux.defer(CaughtSignalsTest::fail))
                                .then()),
                chain(
                        "concatWith",
                        flux -> flux.concatWith(Flux.defer(CaughtSignalsTest::fail))
                                .then()),
                chain(
                        "switchIfEmpty",
                        flux -> flux.filter(value -> false)
                                .switchIfEmpty(Mono.defer(CaughtSignalsTest::fail))
                                .then()),
                chain(
                        "usingWhen",
                        flux -> Mono.usingWhen(
                                Mono.just(1), one -> flux.collectList().map(list -> fail()), one -> Mono.empty())));
    }

    @ParameterizedTest
    @MethodSource("chains")
    void theSubscriberIsEndedByWhatItThrows(Chain chain) {
        TestPublisher<Integer> source = TestPublisher.create();
        CompletableFuture<?> caller =
                chain.operators().apply(CaughtSignals.reported(source.flux())).toFuture();
        source.emit(1, 2);
        assertThat(caller).isCompletedExceptionally();
        assertThat(caller.handle((value, error) -> error).join()).isInstanceOf(NoClassDefFoundError.class);
    }

    /** Operators that ignore an error signal after a function in or downstream of them threw, and do not report that they ended. */
    static Stream<Chain> unreachable() {
        return Stream.of(
                chain(
                        "mapper of flatMapMany",
                        flux -> flux.next().flatMapMany(value -> fail()).then()),
                chain(
                        "behind flatMap",
                        flux -> flux.flatMap(value -> Mono.just(value).hide())
                                .map(value -> fail())
                                .then()),
                chain(
                        "behind publishOn",
                        flux -> flux.publishOn(Schedulers.immediate())
                                .map(value -> fail())
                                .then()));
    }

    /** Documents the current behaviour, not the wanted one. If it changes, change the documentation too. */
    @ParameterizedTest
    @MethodSource("unreachable")
    void butWhereReactorKeepsItToItself(Chain chain) {
        TestPublisher<Integer> source = TestPublisher.create();
        CompletableFuture<?> caller =
                chain.operators().apply(CaughtSignals.reported(source.flux())).toFuture();
        source.emit(1, 2);
        assertThat(caller).isNotDone();
        source.assertCancelled();
    }

    @Test
    void whoHandlesErrorsBehindIsReached() {
        TestPublisher<Integer> source = TestPublisher.create();
        CompletableFuture<?> caller = CaughtSignals.reported(source.flux())
                .collectList()
                .map(list -> CaughtSignalsTest.<Object>fail())
                .onErrorResume(NoClassDefFoundError.class, error -> Mono.just("instead"))
                .toFuture();
        source.emit(1);
        assertThat(caller).isCompletedWithValueMatching("instead"::equals);
    }

    /** An active operator is upstream of one that has ended. The active one must still run its clean-up. */
    @Test
    void whatIsBeforeAnEndedOneIsCancelled() {
        TestPublisher<Integer> source = TestPublisher.create();
        AtomicReference<SignalType> end = new AtomicReference<>();
        CompletableFuture<?> caller = CaughtSignals.reported(source.mono())
                .<Object>handle((value, sink) -> sink.next(value))
                .doFinally(end::set)
                .flatMap(value -> CaughtSignalsTest.<Mono<Object>>fail())
                .toFuture();
        source.emit(1);
        assertThat(caller).isCompletedExceptionally();
        assertThat(end).hasValue(SignalType.CANCEL);
    }

    @Test
    void anEndedSourceOfAFlatMapIsNotTheEndOfWhatItMerges() {
        TestPublisher<Integer> source = TestPublisher.create();
        CompletableFuture<List<Object>> caller = Flux.just(1, 2)
                .flatMap(i -> CaughtSignals.reported(source.mono())
                        .map(value -> CaughtSignalsTest.<Object>fail())
                        .onErrorResume(NoClassDefFoundError.class, error -> Mono.just("instead")))
                .collectList()
                .toFuture();
        source.emit(1);
        assertThat(caller).isCompletedWithValue(List.of("instead", "instead"));
    }

    @Test
    void theSourceIsCancelledAndTheOwnerToldOnce() {
        TestPublisher<Integer> source = TestPublisher.create();
        AtomicReference<Throwable> reported = new AtomicReference<>();
        CompletableFuture<?> caller = CaughtSignals.reported(
                        source.flux(),
                        error -> assertThat(reported.getAndSet(error)).isNull())
                .map(value -> fail())
                .then()
                .toFuture();
        source.next(1, 2).complete();
        assertThat(caller).isCompletedExceptionally();
        assertThat(reported.get()).isInstanceOf(NoClassDefFoundError.class);
        source.assertCancelled();
    }

    @Test
    void whatAValueAtHandCausesIsHeardToo() {
        CompletableFuture<?> caller =
                CaughtSignals.reported(Flux.just(1).map(value -> fail())).then().toFuture();
        assertThat(caller).isCompletedExceptionally();
    }

    @Test
    void whatASubscriberThrowsAtItsEndGoesNoFurther() {
        AtomicReference<MonoSink<Integer>> source = new AtomicReference<>();
        Disposable caller = CaughtSignals.reported(Mono.<Integer>create(source::set))
                .doOnError(error -> fail())
                .subscribe(value -> {}, error -> {});
        source.get().error(new IllegalStateException("x"));
        assertThat(List.of(caller.isDisposed())).containsExactly(true);
    }

    /** {@code then()} does not report that it has ended, and drops errors thrown downstream of it. */
    @Test
    void whatThenDropsTheOwnerOfTheWorkHears() {
        TestPublisher<Integer> source = TestPublisher.create();
        AtomicReference<Throwable> dropped = new AtomicReference<>();
        Mono.empty()
                .then(CaughtSignals.reported(source.mono()))
                .map(value -> fail())
                .contextWrite(context -> CaughtSignals.withDroppedErrorHook(context, dropped::set))
                .subscribe();
        source.emit(1);
        assertThat(dropped.get()).isInstanceOf(NoClassDefFoundError.class);
    }

    @Test
    void otherErrorsAreDroppedWhereTheCallerHasThem() {
        AtomicReference<Throwable> owners = new AtomicReference<>();
        AtomicReference<Throwable> callers = new AtomicReference<>();
        Context callersOwn = Context.of("reactor.onErrorDropped.local", (Consumer<Throwable>) callers::set);
        Operators.onErrorDropped(
                new IllegalStateException("x"), CaughtSignals.withDroppedErrorHook(callersOwn, owners::set));
        assertThat(owners).hasNullValue();
        assertThat(callers.get()).isInstanceOf(IllegalStateException.class);
    }
}
