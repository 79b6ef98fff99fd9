package io.headgate.pool;

import io.headgate.core.RowMetadata;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.TransactionOptions;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.ServerInfo;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ParameterException;
import io.headgate.core.observe.Completion;
import io.headgate.core.topology.Node;
import io.headgate.core.topology.Role;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * A connection that keeps a log of what reaches it. It answers at once, or on command; it can be lost, and can refuse to
 * come to rest. Safe for use by many threads; signals are given outside the lock.
 */
public class FakeConnection implements DriverConnection {

    private static final Completion COMMITTED = Completion.of(Role.PRIMARY).commandTag("COMMIT");

    private final List<String> log = new ArrayList<>();
    private final List<String> callers = new ArrayList<>();
    private final Queue<InFlight> unanswered = new ArrayDeque<>();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final boolean pooled;
    private final FakeLoop loop = new FakeLoop();
    private volatile boolean answersAtOnce;
    private volatile boolean stubborn;
    private volatile boolean hangsOnClose;
    private volatile RuntimeException throwing;
    private volatile String refused;
    private volatile boolean open = true;
    private String opening;
    private int transactions;
    private int streamsCancelled;
    private MonoSink<Void> resetting;

    private final Map<String, BooleanSupplier> whenSentAgain = new HashMap<>();

    private record InFlight(String sql, Consumer<Throwable> answer) {}

    public FakeConnection(boolean answersAtOnce, boolean pooled) {
        this.answersAtOnce = answersAtOnce;
        this.pooled = pooled;
    }

    /** Its loop, to hold tasks back. */
    public FakeLoop fakeLoop() {
        return loop;
    }

    /** Statements in flight. */
    public synchronized int inFlight() {
        return unanswered.size();
    }

    /** Whether this is the oldest statement in flight. */
    public synchronized boolean nextIs(String sql) {
        InFlight next = unanswered.peek();
        return next != null && next.sql().equals(sql);
    }

    /** What the subscriber of each thing that reached the connection carried under "caller", in order; "" if nothing. */
    public synchronized List<String> callers() {
        return List.copyOf(callers);
    }

    /** Everything that reached the connection, in order. */
    public synchronized List<String> log() {
        return List.copyOf(log);
    }

    public void answerAtOnce() {
        answersAtOnce = true;
    }

    public void answerOnCommand() {
        answersAtOnce = false;
    }

    /** Makes {@link #reset} fail. */
    public void refuseToReset() {
        stubborn = true;
    }

    /** Makes {@link #close} never complete, nor close. */
    public void hangOnClose() {
        hangsOnClose = true;
    }

    /** Has the next statement throw at whoever hands it over. */
    public void throwOnce(RuntimeException thrown) {
        throwing = thrown;
    }

    /** Fails a text before it is sent, as a driver does that cannot encode a value. */
    public void refuse(String sql) {
        refused = sql;
    }

    /** Streams that their subscriber cancelled. */
    public synchronized int streamsCancelled() {
        return streamsCancelled;
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement, BooleanSupplier sentAgain) {
        whenSentAgain.put(statement.text(), sentAgain);
        return execute(statement);
    }

    /** Sends the oldest statement in flight once more, behind the others; false when nobody wants it any more. */
    public boolean sendAgain() {
        InFlight oldest = unanswered.element();
        if (!whenSentAgain.get(oldest.sql()).getAsBoolean()) {
            return false;
        }
        unanswered.add(unanswered.remove());
        return true;
    }

    /** Answers the oldest statement in flight. */
    public void answer() {
        end(null);
    }

    /** Answers the oldest statement in flight with an error. */
    public void fail(Throwable error) {
        end(error);
    }

    /** As when the network goes. */
    public void lose() {
        shut("lost");
    }

    private void end(Throwable error) {
        Consumer<Throwable> oldest;
        synchronized (this) {
            oldest = unanswered.remove().answer();
        }
        oldest.accept(error);
        resetIfIdle();
    }

    private Mono<Void> send(String sql, Runnable onAnswer) {
        return Mono.create(sink -> {
            synchronized (this) {
                if (opening != null) {
                    log.add(opening);
                    opening = null;
                }
                log.add(sql);
                callers.add(sink.contextView().getOrDefault("caller", ""));
                if (!open) {
                    sink.error(new ConnectionLostException(Node.of("fake", 1), "closed", Outcome.NOT_EXECUTED, null));
                    return;
                }
                unanswered.add(new InFlight(sql, error -> {
                    if (error == null) {
                        onAnswer.run();
                        sink.success();
                    } else {
                        sink.error(error);
                    }
                }));
            }
            if (answersAtOnce) {
                answer();
            }
        });
    }

    @Override
    public ServerInfo server() {
        return ServerInfo.of(180_000).pooled(pooled);
    }

    @Override
    public Mono<SqlResult> execute(SqlStatement statement) {
        RuntimeException thrown = throwing;
        if (thrown != null) {
            throwing = null;
            throw thrown;
        }
        if (statement.text().equals(refused)) {
            return Mono.error(() -> new ParameterException("a value of the wrong type"));
        }
        return send(statement.text(), () -> {})
                .then(Mono.fromSupplier(() -> SqlResult.of(List.of(), RowMetadata.of(List.of()), 1)));
    }

    @Override
    public Flux<SqlRow> stream(SqlStatement query) {
        return send(query.text(), () -> {}).thenMany(Flux.<SqlRow>empty()).doOnCancel(() -> {
            synchronized (this) {
                streamsCancelled++;
            }
        });
    }

    @Override
    public synchronized void begin(TransactionOptions options) {
        opening = options.beginSql();
        transactions++;
    }

    private synchronized boolean dropPendingBegin() {
        boolean held = opening != null;
        opening = null;
        transactions -= held ? 1 : 0;
        return held;
    }

    @Override
    public Mono<Completion> commit(Runnable whenSent) {
        return Mono.defer(() -> {
            if (dropPendingBegin()) {
                return Mono.empty();
            }
            Mono<Void> end = endTransaction("COMMIT");
            return Mono.create(sink -> {
                end.subscribe(
                        nothing -> {}, sink::error, () -> sink.success(COMMITTED), Context.of(sink.contextView()));
                whenSent.run();
            });
        });
    }

    @Override
    public Mono<Void> rollback() {
        return Mono.defer(() -> dropPendingBegin() ? Mono.empty() : endTransaction("ROLLBACK"));
    }

    private Mono<Void> endTransaction(String sql) {
        return send(sql, () -> {
            synchronized (this) {
                transactions--;
            }
        });
    }

    @Override
    public Executor loop() {
        return loop;
    }

    @Override
    public boolean isOnLoop() {
        return loop.isHere();
    }

    @Override
    public synchronized boolean isReady() {
        return open && unanswered.isEmpty() && transactions == 0;
    }

    @Override
    public Mono<Void> reset(Duration grace, Duration limit) {
        return Mono.create(sink -> {
            synchronized (this) {
                log.add("(reset)");
                callers.add(sink.contextView().getOrDefault("caller", ""));
                resetting = sink;
            }
            resetIfIdle();
        });
    }

    private void resetIfIdle() {
        MonoSink<Void> sink;
        synchronized (this) {
            sink = resetting;
            if (sink == null || !(unanswered.isEmpty() || stubborn)) {
                return;
            }
            resetting = null;
            if (!stubborn) {
                opening = null;
                transactions = 0;
            }
        }
        if (stubborn || !open) {
            sink.error(new ConnectionLostException(Node.of("fake", 1), "is not reset", Outcome.NOT_EXECUTED, null));
        } else {
            sink.success();
        }
    }

    @Override
    public Mono<Void> requestCancel() {
        return Mono.fromRunnable(() -> {
            synchronized (this) {
                log.add("(cancel)");
            }
        });
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
        return Mono.defer(() -> {
            synchronized (this) {
                log.add("(close)");
            }
            if (hangsOnClose) {
                return Mono.never();
            }
            shut("closed");
            return Mono.empty();
        });
    }

    private void shut(String why) {
        List<Consumer<Throwable>> inFlight;
        synchronized (this) {
            open = false;
            inFlight = unanswered.stream().map(InFlight::answer).toList();
            unanswered.clear();
        }
        inFlight.forEach(statement ->
                statement.accept(new ConnectionLostException(Node.of("fake", 1), why, Outcome.UNKNOWN, null)));
        resetIfIdle();
        closed.tryEmitEmpty();
    }
}
