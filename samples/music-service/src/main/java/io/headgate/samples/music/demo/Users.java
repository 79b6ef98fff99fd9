package io.headgate.samples.music.demo;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The users of one side: out of ten requests, five read a track, two play one, two search and one turns pages.
 */
final class Users {

    private static final int PAGES = GeneratedCatalogue.TRACKS / 20;

    private static final Scheduler CLOCK = Schedulers.newSingle(ServiceCpu.OTHERS + "clock", true);

    private final Side side;
    private final MusicClient client;
    private final List<Long> tracks;
    private final int number;

    Users(Side side, List<Long> tracks, int number) {
        this.side = side;
        this.client = new MusicClient(side.url(), number, MusicClient.PATIENCE);
        this.tracks = tracks;
        this.number = number;
    }

    Side side() {
        return side;
    }

    List<Long> tracks() {
        return tracks;
    }

    int number() {
        return number;
    }

    /** Some callers send the next request when the last one is answered, as fast as the service can. Ends as {@link #run}. */
    Mono<Void> rush(int callers, Duration duration, Tally tally) {
        return Mono.defer(() -> {
            long end = System.nanoTime() + duration.toNanos();
            return Flux.range(0, callers)
                    .flatMap(
                            caller -> Mono.defer(() -> request(System.nanoTime(), tally))
                                    .repeat(() -> System.nanoTime() - end < 0),
                            callers)
                    .then();
        });
    }

    /**
     * Requests at a fixed rate, which wait for no answers. Ends when every request that was due within the duration is answered or given
     * up.
     */
    Mono<Void> run(Duration duration, double perSecond, Tally tally) {
        return Mono.defer(() -> {
            Arrivals arrivals = new Arrivals(
                    perSecond, duration, ThreadLocalRandom.current().nextLong());
            long start = System.nanoTime();
            return Flux.<Long>fromIterable(() -> arrivals)
                    .map(due -> start + due)
                    .concatMap(due -> Mono.delay(Duration.ofNanos(due - System.nanoTime()), CLOCK)
                            .thenReturn(due))
                    .flatMap(due -> request(due, tally), Integer.MAX_VALUE)
                    .then();
        });
    }

    private Mono<Void> request(long due, Tally tally) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long id = tracks.get(random.nextInt(tracks.size()));
        Mono<?> request =
                switch (random.nextInt(10)) {
                    case 0 -> client.page(random.nextInt(PAGES));
                    case 1, 2 -> client.search(GeneratedCatalogue.word(random.nextInt()));
                    case 3, 4 -> play(id);
                    default -> client.read(id).map(read -> check(id, read));
                };
        return request.switchIfEmpty(Mono.error(() -> new IllegalStateException("an answer without a body")))
                .doOnTerminate(() -> {
                    long took = System.nanoTime() - due;
                    tally.took(took);
                    side.live().took(took);
                })
                .then()
                .onErrorResume(error -> {
                    failed(error, due, tally);
                    return Mono.empty();
                });
    }

    private Mono<Long> play(long id) {
        return client.play(id)
                .doOnNext(played -> side.plays().confirmed())
                .doOnError(error -> side.plays().unknown())
                .map(played -> check(id, played.trackId()));
    }

    private void failed(Throwable error, long due, Tally tally) {
        long now = System.nanoTime();
        String message = error instanceof WebClientRequestException request
                ? "no answer: " + request.getMostSpecificCause().getClass().getSimpleName()
                : withoutAddress(String.valueOf(error.getMessage()));
        tally.failed(message, now, side.pooler().outages().touch(due, now));
        side.live().failed();
    }

    /** WebClient's messages end with the request's address, which is another one each time. */
    private static String withoutAddress(String message) {
        int address = message.indexOf(" from ");
        return address < 0 ? message : message.substring(0, address);
    }

    private static long check(long asked, long answered) {
        if (asked != answered) {
            throw new IllegalStateException("another track than the one asked for");
        }
        return answered;
    }
}
