package io.headgate.samples.music.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** The result of the demo. */
record Summary(Figures figures, Duration took, int mostInUse, PlayLedger ledger) {

    boolean succeeded() {
        return figures.total().getTotalCount() > 0
                && figures.errorCount() == 0
                && ledger.agreesWith(figures.confirmedPlays());
    }

    List<String> lines(int users, int connections) {
        Histogram total = figures.total();
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("requests            %,d (%,.0f a second)"
                .formatted(total.getTotalCount(), total.getTotalCount() * 1e9 / took.toNanos()));
        lines.add("errors              %,d".formatted(figures.errorCount()));
        figures.errors().forEach((message, count) -> lines.add("  %,d x %s".formatted(count, message)));
        lines.add("latency             p50 %s   p95 %s   p99 %s   max %s"
                .formatted(
                        Figures.milliseconds(total, 50),
                        Figures.milliseconds(total, 95),
                        Figures.milliseconds(total, 99),
                        Figures.milliseconds(total, 100)));
        lines.add("server connections  at most %d of %d in use, read from PgBouncer, for %,d users"
                .formatted(mostInUse, connections, users));
        lines.add("plays               %,d confirmed, %,d counted and %,d recorded in the database%s"
                .formatted(
                        figures.confirmedPlays(),
                        ledger.counted(),
                        ledger.recorded(),
                        ledger.agreesWith(figures.confirmedPlays()) ? "" : ": THEY DIFFER"));
        return lines;
    }
}
