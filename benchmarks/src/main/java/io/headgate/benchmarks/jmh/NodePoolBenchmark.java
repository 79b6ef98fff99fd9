package io.headgate.benchmarks.jmh;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlStatement;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.node.LanesAndLeases;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The pool's own cost for a statement, on connections that answer at once: a lease and its return, or a place on a lane. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NodePoolBenchmark {

    private final SqlStatement statement =
            SqlStatement.of("SELECT id, title FROM track WHERE id = $1").bind(42L);
    private final SqlResult answer = SqlResult.of(List.of(), RowMetadata.of(List.of("id", "title")), 0);

    /** With 0 lanes every statement has a lease. */
    @Param({"0", "4"})
    private int lanes;

    private @Nullable LanesAndLeases made;

    /** Creates the pool. */
    @Setup
    public void open() {
        made = LanesAndLeases.create(
                Node.of("scripted", 1),
                Mono.fromSupplier(() -> new AnsweringConnection(answer)),
                PoolOptions.builder().lanes(lanes).build(),
                DataAccessListener.NONE,
                Schedulers.parallel());
    }

    private LanesAndLeases pool() {
        return Objects.requireNonNull(made);
    }

    /** One caller: never waits for a connection. */
    @Benchmark
    public SqlResult oneCaller() {
        return Answer.of(pool().execute(statement));
    }

    /** Two concurrent callers: they contend for the pool's queue. */
    @Benchmark
    @Threads(2)
    public SqlResult twoCallers() {
        return Answer.of(pool().execute(statement));
    }

    /** Waits for an answer without giving up the core: parking a thread costs more than what is measured. */
    private static final class Answer extends BaseSubscriber<SqlResult> {

        private volatile @Nullable SqlResult result;
        private volatile @Nullable Throwable failure;

        static SqlResult of(Mono<SqlResult> asked) {
            Answer answer = new Answer();
            asked.subscribe(answer);
            SqlResult arrived = answer.result;
            while (arrived == null) {
                Throwable error = answer.failure;
                if (error != null) {
                    throw new IllegalStateException(error);
                }
                Thread.onSpinWait();
                arrived = answer.result;
            }
            return arrived;
        }

        @Override
        protected void hookOnNext(SqlResult value) {
            result = value;
        }

        @Override
        protected void hookOnError(Throwable error) {
            failure = error;
        }
    }

    /** Closes the pool. */
    @TearDown
    public void close() {
        pool().close(Duration.ofSeconds(1)).block();
    }
}
