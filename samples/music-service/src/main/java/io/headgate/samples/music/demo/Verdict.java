package io.headgate.samples.music.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether the demo has shown what it claims. It judges Headgate: every request succeeds, but for those that met a PgBouncer which the demo
 * had killed, and no play is lost or made up. R2DBC Pool is judged only where it runs alone, and there not for what faults do to it
 * and to its ledger.
 */
final class Verdict {

    private final List<String> complaints = new ArrayList<>();
    private final boolean alone;

    /** @param alone whether there is one side only */
    Verdict(boolean alone) {
        this.alone = alone;
    }

    void load(Side side, Tally tally) {
        if (alone || side.driver() == Driver.HEADGATE) {
            complain(tally.requests() == 0, side.title() + " served nothing");
            complain(
                    tally.unexcused() > 0, side.title() + " failed " + tally.unexcused() + " requests without a fault");
        }
    }

    void fault(Fault fault, Side side, Tally tally) {
        if (side.driver() == Driver.HEADGATE) {
            complain(
                    tally.unexcused() > 0,
                    "Headgate failed " + tally.unexcused() + " requests that it should have served (" + fault.title()
                            + ")");
        }
    }

    void replicas(ReplicaRound round) {
        ReadBack check = round.check();
        complain(
                check.stale() > 0,
                round.side().title() + " showed " + check.stale() + " users less than they had written");
        complain(check.reads() == 0, "no read was checked");
        complain(check.failed() > 0, check.failed() + " checks failed");
        complain(round.reads().onReplicas() == 0, "no read was on a replica");
        complain(
                round.tally().unexcused() > 0,
                round.side().title() + " failed " + round.tally().unexcused()
                        + " requests while a replica stood still");
    }

    void ledger(Side side, boolean agrees) {
        if (side.driver() == Driver.HEADGATE) {
            complain(!agrees, "the plays on " + side.title() + " do not add up");
        }
    }

    private void complain(boolean wrong, String what) {
        if (wrong) {
            complaints.add(what);
        }
    }

    /** What was wrong; empty if nothing was. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }
}
