package io.headgate.samples.quickstart;

import io.headgate.client.Headgate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Callers that query one after the other without a pause: eight look-ups to one page and one transaction. */
final class Load {

    private final Headgate db;
    private final Catalogue catalogue;
    private final int callers;
    private final LongAdder errors = new LongAdder();
    private final Map<String, LongAdder> messages = new ConcurrentHashMap<>();
    private final Histogram latencies = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 3);

    Load(Headgate db, Catalogue catalogue, int callers) {
        this.db = db;
        this.catalogue = catalogue;
        this.callers = callers;
    }

    Summary run(Duration duration, Consumer<String> progress) {
        long start = System.nanoTime();
        long end = start + duration.toNanos();
        Mono<Void> load = Flux.range(0, callers)
                .flatMap(caller -> Mono.defer(this::once).repeat(() -> System.nanoTime() < end), callers)
                .then();
        Flux<Long> ticks = Flux.interval(Duration.ofMillis(500)).doOnNext(tick -> progress.accept(describe(start)));
        ticks.onBackpressureDrop().takeUntilOther(load).blockLast();
        return new Summary(
                latencies.getTotalCount(),
                errors.sum(),
                Duration.ofNanos(System.nanoTime() - start),
                latencies,
                messages);
    }

    private String describe(long start) {
        double seconds = (System.nanoTime() - start) / 1e9;
        return String.format(
                "%5.1f s  %,d queries, %,.0f a second, %d errors, %s",
                seconds, latencies.getTotalCount(), latencies.getTotalCount() / seconds, errors.sum(), db.poolState());
    }

    private Mono<Void> once() {
        long id = ThreadLocalRandom.current().nextLong(1, Catalogue.TRACKS + 1L);
        Mono<?> query =
                switch (ThreadLocalRandom.current().nextInt(10)) {
                    case 0 -> catalogue.play(id);
                    case 1 -> catalogue.page(id);
                    default ->
                        catalogue
                                .find(id)
                                .filter(track -> track.id() == id)
                                .switchIfEmpty(Mono.error(new IllegalStateException("another caller's row, or none")));
                };
        long since = System.nanoTime();
        return query.doOnTerminate(
                        () -> latencies.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - since)))
                .then()
                .onErrorResume(error -> {
                    errors.increment();
                    messages.computeIfAbsent(String.valueOf(error.getMessage()), key -> new LongAdder())
                            .increment();
                    return Mono.empty();
                });
    }
}
