package io.headgate.benchmarks.jmh;

import io.headgate.core.sql.SqlAnalysis;
import io.headgate.core.sql.StatementCatalog;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The analysis of a text, which is done once for each text. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SqlAnalyzerBenchmark {

    private final String lookup = "SELECT id, title, play_count FROM track WHERE id = $1";
    private final String report = """
            WITH recent AS (SELECT track_id, count(*) AS plays FROM play WHERE at > now() - $1::interval GROUP BY track_id)
            SELECT t.id, t.title, coalesce(r.plays, 0) AS plays, rank() OVER (ORDER BY r.plays DESC) AS place
              FROM track t LEFT JOIN recent r ON r.track_id = t.id
             WHERE t.title ILIKE '%' || $2 || '%' /* the user's words */ ORDER BY place LIMIT 20
            """;

    private long texts;

    /** Each time another text: what comes again is not analysed again. */
    private SqlAnalysis analyzed(String sql) {
        return StatementCatalog.of(sql + "-- " + texts++).analysis();
    }

    /** A short text. */
    @Benchmark
    public SqlAnalysis lookup() {
        return analyzed(lookup);
    }

    /** A common table expression, a join and a window. */
    @Benchmark
    public SqlAnalysis report() {
        return analyzed(report);
    }
}
