package io.headgate.samples.music.demo;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Checks over HTTP that users see what they wrote. Each user plays a track, reads it at once and once more, with cookies as a browser has them.
 * A read is stale if its count of plays is lower than one that the user has been told before.
 */
final class ReadBack {

    static final int USERS = 16;

    private static final int READS = 2;

    /** Between two plays, so that the checkers are a small part of the load. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Side side;
    private final List<Long> tracks;
    private final LongAdder reads = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder failed = new LongAdder();

    ReadBack(Side side, List<Long> tracks) {
        this.side = side;
        this.tracks = tracks;
    }

    /** Ends when the time is over and each user has the last answer; never fails. */
    Mono<Void> run(Duration duration) {
        return Mono.defer(() -> {
            long end = System.nanoTime() + duration.toNanos();
            return Flux.range(0, USERS).flatMap(user -> user(user, end), USERS).then();
        });
    }

    private Mono<Void> user(int number, long end) {
        MusicClient client = new MusicClient(side.url(), 1, MusicClient.PATIENCE, new CookieJar());
        long track = tracks.get(number % tracks.size());
        AtomicLong told = new AtomicLong();
        return Mono.defer(() -> play(client, track, told))
                .then(Mono.defer(() -> read(client, track, told))
                        .repeat(READS - 1)
                        .then())
                .onErrorResume(error -> {
                    failed.increment();
                    return Mono.empty();
                })
                .then(Mono.delay(PAUSE))
                .repeat(() -> System.nanoTime() - end < 0)
                .then();
    }

    private Mono<Void> play(MusicClient client, long track, AtomicLong told) {
        return client.play(track)
                .doOnNext(played -> side.plays().confirmed())
                .doOnError(error -> side.plays().unknown())
                .doOnNext(played -> told.accumulateAndGet(played.playCount(), Math::max))
                .then();
    }

    private Mono<Void> read(MusicClient client, long track, AtomicLong told) {
        return client.playCount(track).doOnNext(count -> seen(count, told)).then();
    }

    private void seen(long count, AtomicLong told) {
        reads.increment();
        if (count < told.getAndAccumulate(count, Math::max)) {
            stale.increment();
        }
    }

    /** Reads that were checked. */
    long reads() {
        return reads.sum();
    }

    /** Reads that missed what the user had been told. */
    long stale() {
        return stale.sum();
    }

    /** Turns that ended with an error. */
    long failed() {
        return failed.sum();
    }
}
