package io.headgate.samples.music.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The second part: the same load on each service. Only one is at work at a time, so that CPU time can be told apart and neither holds the
 * other up. They take turns: first, second, second, first.
 */
final class Comparison {

    private Comparison() {}

    /** The result of each side, in the sides' order. */
    static List<Measured> run(List<Users> all, Load load, Duration slice) {
        List<Measured> results = all.stream().map(users -> new Measured()).toList();
        List<Integer> turns = new ArrayList<>();
        for (int index = 0; index < all.size(); index++) {
            turns.add(index);
        }
        for (int round = 0; round < Schedule.SLICES_EACH; round++) {
            for (int index : turns) {
                measure(all.get(index), load, slice, results.get(index));
            }
            Collections.reverse(turns);
        }
        return results;
    }

    private static void measure(Users users, Load load, Duration slice, Measured result) {
        Side side = users.side();
        side.probe().take();
        side.connections().take();
        long cpu = ServiceCpu.nanos();
        long start = System.nanoTime();
        users.run(slice, load.perSecond(), result.tally()).block();
        result.add(
                Duration.ofNanos(System.nanoTime() - start),
                ServiceCpu.nanos() - cpu,
                side.probe().take(),
                side.connections().take());
    }
}
