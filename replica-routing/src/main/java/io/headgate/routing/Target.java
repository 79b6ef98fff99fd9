package io.headgate.routing;

import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlStatement;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.routing.balance.NodeLoad;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Scheduler;

/** A node, what runs calls on it, and how busy it is. */
final class Target {

    private static final SqlStatement REPLAYED = SqlStatement.of("SELECT pg_catalog.pg_last_wal_replay_lsn()::text");

    /**
     * To be sent ahead of a read in the same transaction. Null where the transaction has one snapshot for both ({@code
     * default_transaction_isolation}): it is taken before the position is read, so it may be older.
     */
    static final SqlStatement REPLAYED_BEFORE = SqlStatement.of("""
            SELECT CASE WHEN pg_catalog.current_setting('transaction_isolation') LIKE 'read %'
              THEN pg_catalog.pg_last_wal_replay_lsn() END::text""");

    /** A node elsewhere gets a read when those of the client's zone are four times as busy. */
    private static final double OTHER_ZONE = 4;

    /** Longer than any pause of a healthy replica; the caller's own bound is far shorter. */
    private static final Duration QUESTION_TIMEOUT = Duration.ofSeconds(2);

    /** A probe is not so exact that a millisecond matters, and writing what all threads read costs. */
    private static final long STEP = 1_000_000;

    private static final Lsn NOTHING = new Lsn(0);

    private final Node node;
    private final NodeId id;
    private final SqlExecutor executor;
    private final LongSupplier clock;
    private final NodeLoad load;
    private final Ejection ejection = new Ejection();
    private final double costFactor;

    /** By the clock. */
    private volatile long answeredAt;

    private final SharedQuestion<Lsn> replayed;

    /** @param zone where the client is; null if it does not matter */
    Target(Node node, SqlExecutor executor, @Nullable String zone, LongSupplier clock, Scheduler timers) {
        this.node = node;
        this.id = NodeId.of(node);
        this.executor = executor;
        this.clock = clock;
        this.answeredAt = clock.getAsLong();
        this.load = new NodeLoad(answeredAt);
        boolean elsewhere = zone != null && !zone.equals(node.zone());
        this.costFactor = (elsewhere ? OTHER_ZONE : 1.0) / node.weight();
        this.replayed = new SharedQuestion<>(
                executor.execute(REPLAYED)
                        .map(result -> lsn(result.rows().get(0).get(0, String.class))),
                QUESTION_TIMEOUT,
                timers);
    }

    /** Null is no position, as from a primary that was never a replica. */
    static Lsn lsn(@Nullable String text) {
        return text == null ? NOTHING : Lsn.parse(text);
    }

    Node node() {
        return node;
    }

    NodeId id() {
        return id;
    }

    SqlExecutor executor() {
        return executor;
    }

    /** How busy it is, for comparison. The clock is that of the monitor here and below. */
    double cost(long now) {
        return load.cost(now) * costFactor * ejection.slowStart(now);
    }

    /** What a replica has replayed, asked after the subscription. */
    Mono<Lsn> askReplayed() {
        return replayed.ask();
    }

    /**
     * Counts a call as load of this node.
     *
     * @param isStatement whether its time says how quickly the node answers. That of a transaction or a stream includes the caller's own
     */
    <T> Flux<T> counted(Publisher<T> call, boolean isStatement) {
        return Flux.defer(() -> {
            long since = clock.getAsLong();
            started();
            return Flux.from(call).doFinally(end -> {
                if (end != SignalType.ON_COMPLETE) {
                    ended();
                } else if (isStatement) {
                    answered(since);
                } else {
                    ended();
                    succeeded(clock.getAsLong());
                }
            });
        });
    }

    /** A call is sent. */
    void started() {
        load.started();
    }

    /** A call was answered. */
    void answered(long since) {
        long now = clock.getAsLong();
        load.answered((double) (now - since), now);
        succeeded(now);
    }

    private void succeeded(long now) {
        ejection.succeeded(now);
        if (now - answeredAt > STEP) {
            answeredAt = now;
        }
    }

    /** A call has failed, and the node is at fault. */
    void failed() {
        ejection.failed(clock.getAsLong());
    }

    /** Whether a call was answered after a moment. */
    boolean hasAnsweredSince(long nanos) {
        return answeredAt - nanos > 0;
    }

    /** Whether it gets no reads for a while. */
    boolean isEjected(long now) {
        return ejection.isEjected(now);
    }

    /** The calls under way. */
    int inFlight() {
        return load.inFlight();
    }

    /** A call has ended without an answer. */
    void ended() {
        load.ended();
    }

    @Override
    public String toString() {
        return node.toString();
    }
}
