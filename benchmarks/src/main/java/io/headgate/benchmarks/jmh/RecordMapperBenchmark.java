package io.headgate.benchmarks.jmh;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlRow;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Maps a row of four columns to a record, compared with mapping by hand. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecordMapperBenchmark {

    private final SqlRow row =
            new DecodedRow(RowMetadata.of(List.of("id", "title", "play_count", "released")), 42L, "So What", 7, true);

    /** By the names of the components. */
    @Benchmark
    public Track byRecordMapper() {
        return row.as(Track.class);
    }

    /** Column by column. */
    @Benchmark
    public Track byPosition() {
        return new Track(
                row.require(0, Long.class),
                row.require(1, String.class),
                row.require(2, Integer.class),
                row.require(3, Boolean.class));
    }

    /** A typical row of a service. */
    public record Track(long id, String title, int playCount, boolean released) {}

    /** A row with decoded values. */
    private record DecodedRow(RowMetadata columns, Object... values) implements SqlRow {
        @Override
        public Object value(int index) {
            return values[index];
        }
    }
}
