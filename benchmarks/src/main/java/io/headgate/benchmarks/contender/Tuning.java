package io.headgate.benchmarks.contender;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The calibrated settings.
 *
 * @param connections most connections of a process
 * @param pipelining most statements in flight on a connection; 0 if the library has no such setting
 * @param rows rows per statement of {@link Scenario#BULK}; 0 elsewhere
 */
public record Tuning(int connections, int pipelining, int rows) {

    /** These numbers of connections, nothing else to tune. */
    public static List<Tuning> ofConnections(int... connections) {
        return IntStream.of(connections).mapToObj(n -> new Tuning(n, 0, 0)).toList();
    }

    /** Every pair of these. */
    public static List<Tuning> ofPipelining(int[] connections, int[] limits) {
        return Arrays.stream(connections)
                .boxed()
                .flatMap(n -> Arrays.stream(limits).mapToObj(limit -> new Tuning(n, limit, 0)))
                .toList();
    }

    /** One connection, these numbers of rows per statement. */
    public static List<Tuning> ofRows(int... rows) {
        return IntStream.of(rows).mapToObj(n -> new Tuning(1, 0, n)).toList();
    }

    @Override
    public String toString() {
        return (connections == 1 ? "1 connection" : connections + " connections")
                + (pipelining > 0 ? " x " + pipelining + " in flight" : "")
                + (rows > 0 ? String.format(Locale.ROOT, ", %,d rows a statement", rows) : "");
    }
}
