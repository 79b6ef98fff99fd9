package io.headgate.samples.music.demo;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import reactor.core.publisher.Flux;

/** Tells the parts of the demo one after the other, while they happen. */
final class Story {

    private final List<Side> sides;
    private final List<Users> users;
    private final Schedule schedule;
    private final DemoPage page;
    private final Console console;
    private final Verdict verdict;
    private Load load = new Load(0, 0);

    Story(List<Users> users, Schedule schedule, DemoPage page, Console console) {
        this.users = users;
        this.sides = users.stream().map(Users::side).toList();
        this.schedule = schedule;
        this.page = page;
        this.console = console;
        this.verdict = new Verdict(users.size() == 1);
    }

    /** Gives what was wrong, which is nothing when all is well. */
    List<String> tell() {
        warmUp();
        compare();
        faults();
        replicas();
        ledger();
        next();
        return verdict.complaints();
    }

    /** The number of a chapter behind that of the replicas. */
    private int chapters(int without) {
        return sides.stream().anyMatch(side -> !side.replicas().isEmpty()) ? without + 1 : without;
    }

    private void chapter(int number, String title, String explanation) {
        page.phase(title);
        console.line("");
        console.line("%d. %s. %s", number, title, explanation);
    }

    /** Users at a slow pace, who never end. */
    void goOn() {
        page.phase("Kept up");
        Flux.fromIterable(users)
                .flatMap(some -> some.run(Duration.ofDays(365), load.times(0.25).perSecond(), new Tally()))
                .blockLast();
    }

    private void warmUp() {
        chapter(1, "Warm-up", "As many requests as go through. Nothing is counted: the compiler is cold.");
        double saturation = WarmUp.run(users, schedule.warmUp(), console);
        load = Load.below(saturation, users.get(0).number());
        console.line(
                "   From now on each service has %,d users, who think for %.1f s on average: %,.0f requests a second, %.0f %% of what the"
                        + " slower one can do.",
                load.users(), load.thinkSeconds(), load.perSecond(), 100 * load.perSecond() / Math.max(1, saturation));
        console.line("   Requests wait for no answer. An answer's time counts from when its request was due.");
    }

    private void compare() {
        chapter(
                2,
                "The same load",
                sides.size() == 1
                        ? "One service alone."
                        : "The services take turns of %.1f s."
                                .formatted(schedule.slice().toMillis() / 1e3));
        List<Measured> results = Comparison.run(users, load, schedule.slice());
        Measured.table(sides.stream().map(Side::title).toList(), results).forEach(console::line);
        for (int index = 0; index < sides.size(); index++) {
            verdict.load(sides.get(index), results.get(index).tally());
            tellErrors(sides.get(index), results.get(index).tally());
        }
    }

    private void faults() {
        chapter(3, "Faults", "They hit all services at the same time, while users go on at half the pace.");
        for (Fault fault : Fault.values()) {
            page.phase(fault.title());
            console.line("   %s. %s", fault.title(), fault.detail());
            for (FaultRound round : FaultRound.run(fault, users, load.times(0.5), schedule.fault())) {
                console.line("      " + round.line());
                tellErrors(round.side(), round.tally());
                verdict.fault(fault, round.side(), round.tally());
            }
        }
    }

    private void tellErrors(Side side, Tally tally) {
        for (Map.Entry<String, Long> error : tally.errors().entrySet()) {
            console.line("        %s: %,d x %s", side.title(), error.getValue(), error.getKey());
        }
    }

    private void replicas() {
        for (Users some : users) {
            Side side = some.side();
            if (!side.replicas().isEmpty()) {
                chapter(
                        4,
                        "Replicas",
                        String.format(
                                Locale.ROOT,
                                "Users of %s go on, and %d others play a track and read it at once, with a cookie. Meanwhile one"
                                        + " of %d replicas stops replaying, then all.",
                                side.title(),
                                ReadBack.USERS,
                                side.replicas().size()));
                tell(ReplicaRound.run(some, load.times(0.5), schedule.replicas()));
            }
        }
    }

    private void tell(ReplicaRound round) {
        ReplicaReads reads = round.reads();
        console.line(
                "   reads on replicas          %,d of %,d: %.1f %%",
                reads.onReplicas(), reads.onReplicas() + reads.onPrimaryInAll(), reads.shareOnReplicas());
        console.line(
                "   on the primary instead     %,d%s",
                reads.onPrimaryInAll(), reads.reasons().isEmpty() ? "" : ": " + reads.reasons());
        console.line(
                "   stale reads found          %,d of %,d that were checked",
                round.check().stale(), round.check().reads());
        tellErrors(round.side(), round.tally());
        verdict.replicas(round);
    }

    private void ledger() {
        chapter(
                chapters(4),
                "The ledger",
                "Plays that users were told of, and plays in the database, from the first second on.");
        for (Side side : sides) {
            PlayLedger ledger = PlayLedger.read(side.database());
            boolean agrees = ledger.agreesWith(side.plays());
            console.line(
                    "   %-10s   %,d confirmed, %,d without an answer; %,d counted and %,d recorded in the database: %s",
                    side.title(),
                    side.plays().confirmedCount(),
                    side.plays().unknownCount(),
                    ledger.counted(),
                    ledger.recorded(),
                    agrees ? "they agree" : "THEY DIFFER");
            verdict.ledger(side, agrees);
        }
    }

    private void next() {
        chapter(chapters(5), "What to try next", "There is more:");
        console.line(
                "   ./dev demo --keep   keeps all of it up: a page with live figures, and a button that kills PgBouncer");
        console.line("   ./dev bench         the driver alone, under full load, next to other libraries");
        console.line("   README.md           ten lines of Java, or one line of a Spring Boot service of yours");
    }
}
