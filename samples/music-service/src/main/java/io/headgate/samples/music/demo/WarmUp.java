package io.headgate.samples.music.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The first part: a rush on all services at the same time, until the compiler has done its work, then on each alone, to learn what it can
 * do. Nothing of it counts in the comparison.
 */
final class WarmUp {

    private static final int TOGETHER = 4;

    /** Enough to keep a few cores busy; more would only queue. */
    private static final int CALLERS = 32;

    private WarmUp() {}

    /** Gives the requests a second that the slower service can do. */
    static double run(List<Users> all, Duration duration, Console console) {
        Duration look = duration.dividedBy(TOGETHER + all.size());
        for (int n = 1; n <= TOGETHER; n++) {
            List<Rush> rushes = Flux.fromIterable(all)
                    .flatMapSequential(users -> Rush.on(users, look))
                    .collectList()
                    .blockOptional()
                    .orElseThrow();
            console.line("   until %4.1f s%s", look.multipliedBy(n).toMillis() / 1e3, line(rushes));
        }
        List<Rush> alone = new ArrayList<>();
        for (Users users : all) {
            alone.add(Rush.on(users, look).blockOptional().orElseThrow());
        }
        console.line("   each alone  %s", line(alone));
        return alone.stream().mapToDouble(Rush::perSecond).min().orElseThrow();
    }

    private static String line(List<Rush> rushes) {
        return String.join("", rushes.stream().map(Rush::line).toList());
    }

    /** As many requests as a service can answer. */
    private record Rush(Side side, Tally tally, double perSecond) {

        static Mono<Rush> on(Users users, Duration duration) {
            Tally tally = new Tally();
            return users.rush(CALLERS, duration, tally)
                    .then(Mono.fromSupplier(() ->
                            new Rush(users.side(), tally, tally.requests() * 1e3 / Math.max(1, duration.toMillis()))));
        }

        String line() {
            return String.format(
                    Locale.ROOT,
                    "   %s %,6d requests/s, p50 %,5.1f ms",
                    side.title(),
                    Math.round(perSecond),
                    tally.times().getValueAtPercentile(50) / 1e3);
        }
    }
}
