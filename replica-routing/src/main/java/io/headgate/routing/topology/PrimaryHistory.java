package io.headgate.routing.topology;

import io.headgate.core.topology.Lsn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the primary was in its log, and when. It tells the age of a replica's state without a clock of the server: a replica that has replayed
 * up to a position shows everything that the primary had when it was seen there. So neither an idle primary nor a replica that is cut
 * off from it is taken for what it is not. Immutable.
 */
final class PrimaryHistory {

    /** At five polls a second and thinned out, some hours. */
    private static final int MOST = 64;

    static final PrimaryHistory EMPTY = new PrimaryHistory(List.of());

    private record Sample(Lsn position, long at) {}

    /** From the oldest to the latest. */
    private final List<Sample> samples;

    private PrimaryHistory(List<Sample> samples) {
        this.samples = samples;
    }

    /** This with the latest sample. */
    PrimaryHistory with(Lsn position, long at) {
        List<Sample> all = new ArrayList<>(samples);
        int last = all.size() - 1;
        if (last > 0
                && all.get(last).position.equals(position)
                && all.get(last - 1).position.equals(position)) {
            // only the first and the last moment at a position matter
            all.remove(last);
        }
        all.add(new Sample(position, at));
        if (all.size() > MOST) {
            thinOut(all);
        }
        return new PrimaryHistory(List.copyOf(all));
    }

    /** Drops every second sample of the older half: the age of a replica that is far behind need not be exact. */
    private static void thinOut(List<Sample> all) {
        for (int i = MOST / 2; i > 0; i -= 2) {
            all.remove(i);
        }
    }

    /** The age of the state at a position, at most; null if the primary was not seen that early. */
    @Nullable
    Duration age(Lsn position, long now) {
        for (int i = samples.size() - 1; i >= 0; i--) {
            if (samples.get(i).position.compareTo(position) <= 0) {
                return Duration.ofNanos(Math.max(0, now - samples.get(i).at));
            }
        }
        return null;
    }

    /** The latest position; null if there is none. */
    @Nullable
    Lsn latest() {
        return samples.isEmpty() ? null : samples.get(samples.size() - 1).position;
    }
}
