package io.headgate.pool.concurrent;

import java.util.HashMap;
import java.util.Map;

/**
 * Shares time among kinds of work that take turns at something, whatever one turn of each costs, by fair queueing (Demers, Keshav,
 * Shenker 1989): the turn that would end first goes first. It begins where its kind's last one ended, or now if that was before, so that
 * who did not ask has no claim to what was not used. Time is that of the turns. Not safe for use by many threads.
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

    /** Asks for a turn in this round; gives the moment at which it would end. */
    public long ask(Object name, long cost) {
        Kind kind = kinds.computeIfAbsent(name, asking -> new Kind(time));
        kind.asked = round;
        return kind.start + cost;
    }

    /** One that asked has its turn. */
    public void take(Object name, long cost) {
        Kind kind = kinds.get(name);
        if (kind != null) {
            time = Math.max(time, kind.start);
            kind.start += cost;
        }
    }

    /** Time goes on to where the next turn begins. Those that did not ask in this round and have no turn ahead are forgotten. */
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
