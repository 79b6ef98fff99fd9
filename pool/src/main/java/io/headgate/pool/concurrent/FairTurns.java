package io.headgate.pool.concurrent;

import java.util.HashMap;
import java.util.Map;

/**
 * Shares a resource fairly among kinds of work whose turns cost different times, by fair queueing (Demers, Keshav, Shenker
 * 1989): the turn that would end first goes first. A turn begins where the last turn of its kind ended, or now if that is
 * later: a kind that did not ask earns no credit. Time is virtual: the costs of the turns advance it. Not safe for use by many
 * threads.
 */
public final class FairTurns {

    private static final class Kind {

        private long start;
        private int asked;

        Kind(long start) {
            this.start = start;
        }
    }

    private final Map<Object, Kind> kinds = new HashMap<>();
    private long time;
    private int round;

    /** Asks for a turn in this round; returns the time at which it would end. */
    public long ask(Object name, long cost) {
        Kind kind = kinds.computeIfAbsent(name, asking -> new Kind(time));
        kind.asked = round;
        return kind.start + cost;
    }

    /** A kind that asked takes its turn. */
    public void take(Object name, long cost) {
        Kind kind = kinds.get(name);
        if (kind != null) {
            time = Math.max(time, kind.start);
            kind.start += cost;
        }
    }

    /** Advances the time to the start of the next turn. Forgets kinds that did not ask in this round and whose last turn is over. */
    public void endRound() {
        kinds.values().stream()
                .filter(kind -> kind.asked == round)
                .mapToLong(kind -> kind.start)
                .min()
                .ifPresent(next -> time = Math.max(time, next));
        kinds.values().removeIf(kind -> kind.asked != round && kind.start <= time);
        round++;
    }

    /** Forgets everything. */
    public void clear() {
        kinds.clear();
        time = 0;
    }

    int size() {
        return kinds.size();
    }
}
