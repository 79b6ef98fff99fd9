package io.headgate.samples.music.demo;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** What a side's slices of the load came to, all slices together. One thread adds. */
final class Measured {

    private final Tally tally = new Tally();
    private final Histogram waits = new Histogram(3);
    private final Histogram statements = new Histogram(3);
    private long nanos;
    private long cpuNanos;
    private double busyNanos;
    private int mostBusy;

    Tally tally() {
        return tally;
    }

    void add(Duration took, long cpu, Probe.Taken inside, ServerConnections.Use connections) {
        nanos += took.toNanos();
        cpuNanos += cpu;
        waits.add(inside.waits());
        statements.add(inside.statements());
        busyNanos += connections.meanBusy() * took.toNanos();
        mostBusy = Math.max(mostBusy, connections.mostBusy());
    }

    /** The figures of several sides, next to each other. */
    static List<String> table(List<String> titles, List<Measured> all) {
        return new Table()
                .row("", titles)
                .row("requests a second", cells(all, it -> number("%,.0f", it.tally.requests() * 1e9 / it.nanos)))
                .row("errors", cells(all, it -> number("%,d", it.tally.errorCount())))
                .row("HTTP time, p50 / p99", cells(all, it -> times(it.tally.times())))
                .row("  of it for a connection", cells(all, it -> times(it.waits)))
                .row("  of it in statements, with BEGIN and COMMIT", cells(all, it -> times(it.statements)))
                .row(
                        "the service's CPU a request",
                        cells(all, it -> number("%,.2f ms", it.cpuNanos / 1e6 / Math.max(1, it.tally.requests()))))
                .row(
                        "server connections busy, mean / most",
                        cells(all, it -> number("%.2f", it.busyNanos / it.nanos) + " / " + it.mostBusy))
                .lines();
    }

    private static List<String> cells(List<Measured> all, Function<Measured, String> cell) {
        return all.stream().map(cell).toList();
    }

    static String times(Histogram micros) {
        return number("%,.1f", micros.getValueAtPercentile(50) / 1e3)
                + " / "
                + number("%,.1f ms", micros.getValueAtPercentile(99) / 1e3);
    }

    private static String number(String format, Object value) {
        return String.format(Locale.ROOT, format, value);
    }
}
