package io.headgate.samples.music.demo;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A fault that hits a side while its users are at work.
 *
 * @param side which side
 * @param tally what became of the requests, from before the fault until after it
 * @param remark what else there is to say
 */
record FaultRound(Side side, Tally tally, String remark) {

    /** All sides at the same time; each is hit after a quarter of the time. */
    static List<FaultRound> run(Fault fault, List<Users> all, Duration duration) {
        return Flux.fromIterable(all)
                .flatMapSequential(users -> run(fault, users, duration))
                .collectList()
                .blockOptional()
                .orElseThrow();
    }

    private static Mono<FaultRound> run(Fault fault, Users users, Duration duration) {
        Duration before = duration.dividedBy(4);
        Tally tally = new Tally();
        Mono<String> strike = Mono.delay(before).then(fault.strike(users, duration.minus(before)));
        return users.run(duration, tally)
                .thenReturn(users.side())
                .zipWith(strike.defaultIfEmpty(""), (side, remark) -> new FaultRound(side, tally, remark));
    }

    /** For people. */
    String line() {
        long errors = tally.errorCount();
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "   %-10s   %,5d of %,d requests failed, the slowest took %,.0f ms",
                side.title(),
                errors,
                tally.requests(),
                tally.times().getMaxValue() / 1e3));
        if (errors > 0) {
            line.append(tally.unexcused() == 0 ? "; all while PgBouncer was away" : "")
                    .append(sinceReturn());
        }
        return line.append(remark.isEmpty() ? "" : "; " + remark).toString();
    }

    private String sinceReturn() {
        long after = side.pooler().outages().sinceLastReturn(tally.lastError());
        return tally.unexcused() == tally.errorCount() || after < 0
                ? ""
                : String.format(
                        Locale.ROOT, ", or until %,d ms after it was back", TimeUnit.NANOSECONDS.toMillis(after));
    }
}
