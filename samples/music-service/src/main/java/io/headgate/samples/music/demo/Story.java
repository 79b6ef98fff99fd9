package io.headgate.samples.music.demo;

import java.util.List;
import java.util.Map;

/** Tells the parts of the demo one after the other, while they happen. */
final class Story {

    private final List<Side> sides;
    private final List<Users> users;
    private final Schedule schedule;
    private final DemoPage page;
    private final Console console;
    private final Verdict verdict;

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
        ledger();
        next();
        return verdict.complaints();
    }

    private void chapter(int number, String title, String explanation) {
        page.phase(title);
        console.line("");
        console.line("%d. %s. %s", number, title, explanation);
    }

    private void warmUp() {
        chapter(1, "Warm-up", "Nothing is counted: a cold compiler would be measured.");
        WarmUp.run(users, schedule.warmUp(), console);
    }

    private void compare() {
        chapter(
                2,
                "The same load",
                sides.size() == 1
                        ? "One service alone."
                        : "The services take turns of %.1f s."
                                .formatted(schedule.slice().toMillis() / 1e3));
        List<Measured> results = Comparison.run(users, schedule.slice());
        Measured.table(sides.stream().map(Side::title).toList(), results).forEach(console::line);
        for (int index = 0; index < sides.size(); index++) {
            verdict.load(sides.get(index), results.get(index).tally());
            tellErrors(sides.get(index), results.get(index).tally());
        }
    }

    private void faults() {
        chapter(3, "Faults", "Users go on as before, on all services at the same time.");
        for (Fault fault : Fault.values()) {
            page.phase(fault.title());
            console.line("   %s. %s", fault.title(), fault.detail());
            for (FaultRound round : FaultRound.run(fault, users, schedule.fault())) {
                console.line("   " + round.line());
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

    private void ledger() {
        chapter(4, "The ledger", "Plays that users were told of, and plays in the database, from the first second on.");
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
        chapter(5, "What to try next", "");
        console.line(
                "   ./dev demo --keep   keeps all of it up: a page with live figures, and a button that kills PgBouncer");
        console.line("   ./dev bench         the driver alone, under full load, next to other libraries");
        console.line("   README.md           ten lines of Java, or one line of a Spring Boot service of yours");
    }
}
