package io.headgate.pool.lane;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.ServerInfo;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Outcome;
import io.headgate.core.observe.Completion;
import io.headgate.core.topology.Node;
import io.headgate.pool.LaneFixture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * A connection with a loop of its own that answers in order, some at a time, each statement with the number that is its
 * text. A cancel request hits whatever is answered next. Everything happens on the loop.
 */
final class StressedLane implements DriverConnection {

    private record Pending(SqlStatement statement, MonoSink<SqlResult> sink) {}

    private final Queue<Pending> unanswered = new ArrayDeque<>();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final ExecutorService loop;
    private final SplittableRandom random;
    private volatile Thread thread;
    private volatile boolean open = true;
    private volatile int mostInFlight;
    private int due;
    private boolean hit;

    StressedLane(long seed) {
        random = new SplittableRandom(seed);
        loop = Executors.newSingleThreadExecutor(task -> {
            thread = new Thread(task, "lane");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The most that were ever under way at once. */
    int mostInFlight() {
        return mostInFlight;
    }

    /** As when the network goes. */
    void lose() {
        loop.execute(() -> {
            open = false;
            Pending next;
            while ((next = unanswered.poll()) != null) {
                next.sink.error(new ConnectionLostException(Node.of("fake", 1), "lost", Outcome.UNKNOWN, null));
            }
            closed.tryEmitEmpty();
        });
    }

    void stop() {
        loop.shutdown();
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        return Mono.create(sink -> {
            if (!isOnLoop()) {
                sink.error(new IllegalStateException("sent from another thread than the loop's"));
                return;
            }
            if (!open) {
                sink.error(new ConnectionLostException(Node.of("fake", 1), "closed", Outcome.NOT_EXECUTED, null));
                return;
            }
            unanswered.add(new Pending(statement, sink));
            mostInFlight = Math.max(mostInFlight, unanswered.size());
            due++;
            loop.execute(this::answer);
        });
    }

    /** Its text is a number, which comes back. */
    static SqlResult answerTo(SqlStatement statement) {
        return SqlResult.of(List.of(), RowMetadata.of(List.of()), Long.parseLong(statement.text()));
    }

    private void answer() {
        if (random.nextInt(4) == 0) {
            // later, with others
            loop.execute(this::answer);
            return;
        }
        for (; due > 0 && !unanswered.isEmpty(); due--) {
            Pending next = unanswered.remove();
            if (hit) {
                hit = false;
                next.sink.error(LaneFixture.cancelled());
            } else {
                next.sink.success(answerTo(next.statement));
            }
        }
    }

    @Override
    public Mono<Void> requestCancel() {
        return Mono.create(sink -> loop.execute(() -> {
            hit = true;
            sink.success();
        }));
    }

    @Override
    public Executor loop() {
        return loop;
    }

    @Override
    public boolean isOnLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public ServerInfo server() {
        return ServerInfo.of(180_000).pooled(true);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public Mono<Void> onClose() {
        return closed.asMono();
    }

    @Override
    public Mono<Void> close() {
        return Mono.<Void>fromRunnable(this::lose).then(onClose());
    }

    @Override
    public boolean isReady() {
        return open;
    }

    @Override
    public Mono<Void> reset(Duration grace, Duration limit) {
        return Mono.error(new UnsupportedOperationException());
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return Flux.error(new UnsupportedOperationException());
    }

    @Override
    public void begin(TransactionOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Completion> commit(Runnable whenSent) {
        return Mono.error(new UnsupportedOperationException());
    }

    @Override
    public Mono<Void> rollback() {
        return Mono.error(new UnsupportedOperationException());
    }
}
