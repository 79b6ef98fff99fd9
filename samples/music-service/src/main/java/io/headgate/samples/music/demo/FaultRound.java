package io.headgate.samples.music.demo;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A fault that hits a side while its users are at work.
 *
 * @param side which side
 * @param tally what became of the requests, from before the fault until after it
 * @param remark what else there is to say
 * @param halves plays that are half done since
 */
record FaultRound(Side side, Tally tally, String remark, long halves) {

    /** All sides at the same time; each is hit after a quarter of the time. */
    static List<FaultRound> run(Fault fault, List<Users> all, Load load, Duration duration) {
        return Flux.fromIterable(all)
                .flatMapSequential(users -> run(fault, users, load, duration))
                .collectList()
                .blockOptional()
                .orElseThrow();
    }

    private static Mono<FaultRound> run(Fault fault, Users users, Load load, Duration duration) {
        Duration before = duration.dividedBy(4);
        Tally tally = new Tally();
        long halves = PlayLedger.read(users.side().database()).halves();
        Mono<String> strike = Mono.delay(before).then(fault.strike(users, load, duration.minus(before)));
        return users.run(duration, load.perSecond(), tally)
                .thenReturn(users.side())
                .zipWith(strike.defaultIfEmpty(""))
                .publishOn(Schedulers.boundedElastic())
                .map(both -> new FaultRound(
                        both.getT1(),
                        tally,
                        both.getT2(),
                        PlayLedger.read(users.side().database()).halves() - halves));
    }

    /** For people. */
    String line() {
        return String.format(
                        Locale.ROOT,
                        "%-10s   %,d of %,d requests failed; the slowest took %,.0f ms",
                        side.title(),
                        tally.errorCount(),
                        tally.requests(),
                        tally.times().getMaxValue() / 1e3)
                + whileAway()
                + (remark.isEmpty() ? "" : "; " + remark)
                + (halves == 0 ? "" : "; PLAYS THAT ARE HALF DONE: %d".formatted(halves));
    }

    private String whileAway() {
        long excused = tally.errorCount() - tally.unexcused();
        if (excused == 0) {
            return "";
        }
        long after = side.pooler().outages().sinceLastReturn(tally.lastError());
        return String.format(
                Locale.ROOT,
                "; %s while PgBouncer was away%s",
                excused == tally.errorCount() ? "all" : String.format(Locale.ROOT, "%,d", excused),
                after <= 0
                        ? ""
                        : " or just back, the last %,d ms after".formatted(TimeUnit.NANOSECONDS.toMillis(after)));
    }
}
