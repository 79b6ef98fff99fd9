package io.headgate.samples.music.demo;

import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;

/** The first part: users of all sides at the same time, until the compiler has done its work. Nothing is counted. */
final class WarmUp {

    private static final int LOOKS = 5;

    private WarmUp() {}

    static void run(List<Users> all, Duration duration, Console console) {
        Duration each = duration.dividedBy(LOOKS);
        for (int look = 1; look <= LOOKS; look++) {
            List<Tally> tallies = all.stream().map(users -> new Tally()).toList();
            Flux.range(0, all.size())
                    .flatMap(index -> all.get(index).run(each, tallies.get(index)))
                    .blockLast();
            StringBuilder seen = new StringBuilder();
            for (int index = 0; index < all.size(); index++) {
                seen.append("   ")
                        .append(all.get(index).side().title())
                        .append(' ')
                        .append(Measured.times(tallies.get(index).times()));
            }
            console.line(
                    "   after %4.1f s, p50 / p99:%s", each.multipliedBy(look).toMillis() / 1e3, seen);
        }
    }
}
