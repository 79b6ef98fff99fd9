package io.headgate.samples.music.demo;

import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.LoopResources;

/**
 * Clients of one side who play or search and hang up at a random moment, mostly while the service is at work for them. Each has a
 * connection of its own, as a browser has.
 */
final class HastyClients {

    /** A few times what an answer takes, so that most hang up before it. */
    private static final long MOST_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

    private static final LoopResources LOOPS = LoopResources.create(ServiceCpu.OTHERS + "hasty", 1, true);

    /** On the thread that also reads: Reactor Netty 1.3 gives a half-read body back twice otherwise. */
    private static final Scheduler HANGING_UP = Schedulers.fromExecutorService(LOOPS.onClient(true));

    private final Side side;
    private final List<Long> tracks;
    private final HttpClient http;
    private final LongAdder hungUp = new LongAdder();

    HastyClients(Side side, List<Long> tracks) {
        this.side = side;
        this.tracks = tracks;
        this.http = HttpClient.newConnection()
                .runOn(LOOPS)
                .baseUrl(side.url())
                .headers(headers -> headers.set(MusicClient.USER, "hasty"));
    }

    /** How many have hung up until now. */
    long hungUp() {
        return hungUp.sum();
    }

    Mono<Void> run(Duration duration, double perSecond) {
        return Mono.defer(() -> {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            Arrivals arrivals = new Arrivals(perSecond, duration, random.nextLong());
            long start = System.nanoTime();
            return Flux.<Long>fromIterable(() -> arrivals)
                    .concatMap(due -> Mono.delay(Duration.ofNanos(start + due - System.nanoTime()), HANGING_UP))
                    .flatMap(tick -> request(), Integer.MAX_VALUE)
                    .then();
        });
    }

    private Mono<Void> request() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Duration patience = Duration.ofNanos(random.nextLong(MOST_PATIENCE_NANOS));
        if (random.nextBoolean()) {
            return send(HttpMethod.GET, "/api/tracks/walk?q=" + GeneratedCatalogue.word(random.nextInt()), patience)
                    .then();
        }
        long track = tracks.get(random.nextInt(tracks.size()));
        return send(HttpMethod.POST, "/api/tracks/" + track + "/plays", patience)
                .doOnNext(status -> {
                    if (status == 201) {
                        side.plays().confirmed();
                    } else {
                        side.plays().unknown();
                    }
                })
                .then();
    }

    /** The answer's status; 0 without one. */
    private Mono<Integer> send(HttpMethod method, String path, Duration patience) {
        return http.request(method)
                .uri(path)
                .responseSingle((response, body) -> body.asString()
                        .defaultIfEmpty("")
                        .thenReturn(response.status().code()))
                .timeout(
                        patience,
                        Mono.fromSupplier(() -> {
                            hungUp.increment();
                            return 0;
                        }),
                        HANGING_UP)
                .onErrorReturn(0);
    }
}
