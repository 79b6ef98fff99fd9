package io.headgate.samples.music.demo;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Concurrent users. Each sends the next request when the last is answered. Of ten requests, five read a track, two play one,
 * two search and one pages through results.
 */
final class Users {

    private static final int PAGES = GeneratedCatalogue.TRACKS / 20;

    private final MusicClient client;
    private final List<Long> tracks;
    private final int users;
    private final Figures figures;

    Users(MusicClient client, List<Long> tracks, int users, Figures figures) {
        this.client = client;
        this.tracks = tracks;
        this.users = users;
        this.figures = figures;
    }

    /** Completes when every user's last request is answered. No request begins after the time is over. */
    Mono<Void> run(Duration duration) {
        return Mono.defer(() -> {
            long end = System.nanoTime() + duration.toNanos();
            return Flux.range(0, users)
                    .flatMap(user -> Mono.defer(this::request).repeat(() -> System.nanoTime() - end < 0), users)
                    .then();
        });
    }

    private Mono<Void> request() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long id = tracks.get(random.nextInt(tracks.size()));
        Mono<?> request =
                switch (random.nextInt(10)) {
                    case 0 -> client.page(random.nextInt(PAGES));
                    case 1, 2 -> client.search(GeneratedCatalogue.word(random.nextInt()));
                    case 3, 4 ->
                        client.play(id)
                                .doOnNext(played -> figures.playConfirmed())
                                .map(played -> check(id, played));
                    default -> client.read(id).map(read -> check(id, read));
                };
        long since = System.nanoTime();
        return request.switchIfEmpty(Mono.error(() -> new IllegalStateException("an answer without a body")))
                .doOnTerminate(() -> figures.requestTook(System.nanoTime() - since))
                .then()
                .onErrorResume(error -> {
                    figures.failed(error);
                    return Mono.empty();
                });
    }

    private static long check(long asked, long answered) {
        if (asked != answered) {
            throw new IllegalStateException("another track than the one asked for");
        }
        return answered;
    }
}
