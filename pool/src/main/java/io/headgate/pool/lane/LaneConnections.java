package io.headgate.pool.lane;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.observe.DataAccessListener.CloseReason;
import io.headgate.core.topology.Node;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.PoolState;
import io.headgate.pool.concurrent.SerialQueue;
import io.headgate.pool.connection.ConnectionSupply;
import io.headgate.pool.connection.IdleValidator;
import io.headgate.pool.connection.Patience;
import io.headgate.pool.connection.PooledConnection;
import io.headgate.pool.statement.StatementTimes;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Opens lanes when they are needed, and removes lanes that are lost, too old, unused or beyond the target number.
 *
 * <p>A lane that must be closed takes no more statements, and is closed when the last one has been answered. Only then may
 * another lane open, so the number of lanes never exceeds the limit. All state belongs to a {@link SerialQueue}, in which no
 * callers' code runs. Each change replaces the array of open lanes, which other threads read.
 */
final class LaneConnections {

    private static final Logger logger = LoggerFactory.getLogger(LaneConnections.class);
    private static final Lane[] NONE = {};

    /** A connect takes at least this many round trips: TCP, start-up, two of SCRAM. */
    private static final int CONNECT_ROUND_TRIPS = 4;

    private final Node node;
    private final ConnectionSupply supply;
    private final PoolOptions options;
    private final Scheduler timers;
    private final Executor outside;
    private final BiConsumer<Long, Throwable> refused;
    private final Runnable changed;
    private final IdleValidator validator;
    private final StatementTimes times;
    private final SlowOnLanes slowOnes;
    private final SerialQueue events;
    private final Sinks.Empty<Void> closed = Sinks.empty();

    private volatile Lane[] open = NONE;
    private volatile int target;
    private volatile int depth;
    private volatile int existing;
    private volatile int opening;
    private volatile boolean closing;

    // belongs to the queue: every lane that is not closed, with the reason for its closing or null
    private final Map<Lane, @Nullable CloseReason> lanes = new LinkedHashMap<>();
    private int connecting;
    private boolean outOfPatience;

    /**
     * @param changed runs when lanes may have opened or closed, or when a lane takes no more statements
     * @param refused fails the callers that waited at the given time, with the given error
     */
    LaneConnections(
            Node node,
            ConnectionSupply supply,
            PoolOptions options,
            Scheduler timers,
            StatementTimes times,
            Runnable changed,
            BiConsumer<Long, Throwable> refused) {
        this.node = node;
        this.supply = supply;
        this.options = options;
        this.timers = timers;
        this.outside = timers::schedule;
        this.refused = refused;
        this.validator = new IdleValidator(options, timers);
        this.times = times;
        this.slowOnes = new SlowOnLanes(Patience.ofBorrowers(options), supply.now());
        this.target = options.lanes();
        this.depth = options.laneDepth();
        this.changed = changed;
        this.events = new SerialQueue("the lanes of " + node, this::publish);
        supply.onLoss(() -> events.run(this::sweep));
        supply.onConnect(nanos -> times.atMost(nanos / CONNECT_ROUND_TRIPS));
        // each event is followed by a check of the waiting callers
        supply.onChange(() -> events.run(() -> {}));
    }

    private void publish() {
        existing = lanes.size();
        opening = connecting;
        // the listener may run callers' code
        events.forCaller(changed);
    }

    StatementTimes times() {
        return times;
    }

    SlowOnLanes slowOnes() {
        return slowOnes;
    }

    Lane[] open() {
        return open;
    }

    /** The highest number of lanes. */
    int target() {
        return target;
    }

    boolean isClosing() {
        return closing;
    }

    /** Whether a lane is being opened. */
    boolean isOpening() {
        return opening > 0;
    }

    /** Whether so many heads are stuck that they must wait elsewhere. */
    private boolean areShort() {
        Lane[] now = open;
        int stuck = 0;
        for (Lane lane : now) {
            stuck += lane.isHeadStuck() ? 1 : 0;
        }
        return 2 * stuck >= now.length;
    }

    /** Places on lanes that are not open yet. */
    int placesToCome() {
        return Math.max(0, target - open.length) * depth;
    }

    /** Opens one more lane, if the target and the back-off allow it; fails the waiting callers when no lane can open. Cheap. */
    void wantMore() {
        if (closing) {
            return;
        }
        if (existing + opening < target && supply.mayConnect()) {
            events.run(() -> openOne(() -> {}));
        } else if (open.length == 0) {
            HeadgateException refusal = supply.refusal();
            if (refusal != null) {
                refused.accept(supply.now(), refusal);
            }
        }
    }

    private void openOne(Runnable done) {
        if (closing || lanes.size() + connecting >= target) {
            done.run();
            return;
        }
        connecting++;
        events.afterwards(() -> connect(done));
    }

    private void connect(Runnable done) {
        long since = supply.now();
        supply.open(
                connection -> events.run(() -> {
                    connecting--;
                    arrived(connection);
                    done.run();
                }),
                error -> events.run(() -> {
                    connecting--;
                    logger.debug("no lane to {}: {}", node, error.toString());
                    if (open.length == 0 && supply.isFinal(error)) {
                        events.forCaller(() -> refused.accept(since, error));
                    }
                    done.run();
                    closedIfDone();
                }));
    }

    private void arrived(PooledConnection connection) {
        // the lane must be in the map before it can become empty
        Lane[] holder = new Lane[1];
        Lane lane = new Lane(
                connection,
                options,
                depth,
                times,
                timers,
                supply::now,
                this::areShort,
                // not on the lane's loop: opening a connection may call the application for credentials
                () -> outside.execute(changed),
                () -> events.run(() -> emptied(holder[0])));
        holder[0] = lane;
        lanes.put(lane, null);
        connection.driver().onClose().subscribe(nothing -> {}, error -> {}, () -> events.run(() -> lost(lane)));
        if (closing) {
            leave(lane, CloseReason.SHUTDOWN);
            return;
        }
        if (connection.driver().isOpen()) {
            Lane[] more = Arrays.copyOf(open, open.length + 1);
            more[open.length] = lane;
            open = more;
        }
    }

    private void lost(Lane lane) {
        if (!lanes.containsKey(lane)) {
            return;
        }
        CloseReason leaving = lanes.remove(lane);
        shut(lane);
        supply.left(lane.connection(), leaving == null ? CloseReason.LOST : leaving);
        closedIfDone();
    }

    private void leave(Lane lane, CloseReason reason) {
        if (lanes.containsKey(lane) && lanes.get(lane) == null) {
            lanes.put(lane, reason);
            shut(lane);
        }
    }

    private void shut(Lane lane) {
        open = Arrays.stream(open).filter(other -> other != lane).toArray(Lane[]::new);
        lane.leave();
    }

    private void emptied(Lane lane) {
        // a lane that left by itself was found lost by a statement
        lost(lane);
        if (lane.connection().driver().isOpen()) {
            events.afterwards(() -> lane.connection().driver().close().subscribe());
        }
    }

    Mono<Void> warmUp() {
        return Mono.create(sink -> events.run(() -> openAll(() -> events.forCaller(sink::success))));
    }

    private void openAll(Runnable done) {
        int missing = target - lanes.size() - connecting;
        if (closing || missing <= 0 || !supply.mayConnect()) {
            done.run();
            return;
        }
        int before = open.length;
        openOne(() -> {
            if (open.length > before) {
                openAll(done);
            } else {
                done.run();
            }
        });
    }

    void resize(int wanted) {
        events.run(() -> {
            target = wanted;
            sweep();
        });
    }

    void depth(int statements) {
        events.run(() -> {
            depth = statements;
            lanes.keySet().forEach(lane -> lane.depth(statements));
        });
    }

    void housekeep() {
        events.run(() -> {
            sweep();
            for (Lane lane : open) {
                keepAlive(lane);
            }
        });
    }

    /** Removes lanes that must be closed, and all unused lanes but one. */
    private void sweep() {
        long longUnused = supply.now() - options.idleTimeout().toNanos();
        for (Lane lane : List.copyOf(lanes.keySet())) {
            CloseReason reason = supply.retirement(lane.connection());
            if (reason == null && open.length > target) {
                reason = CloseReason.SHRUNK;
            }
            if (reason == null && open.length > 1 && lane.inFlight() == 0 && lane.lastUsed() - longUnused < 0) {
                reason = CloseReason.IDLE;
            }
            if (reason != null) {
                leave(lane, reason);
            }
        }
    }

    /** Makes a round trip on a lane that was unused for long, so that no firewall on the way drops it. */
    private void keepAlive(Lane lane) {
        boolean due = validator.isDue(supply.now() - lane.lastUsedOrValidated());
        // behind a slow statement or a lock it would take too long
        if (!due || lane.isStuck() || !lane.take()) {
            return;
        }
        validator.validate(
                lane.connection(),
                valid -> events.run(() -> {
                    if (valid) {
                        lane.validated();
                    } else {
                        leave(lane, CloseReason.INVALID);
                    }
                    lane.free();
                }));
    }

    PoolState state(int waiting, int maxWaiting) {
        Lane[] now = open;
        int inFlight = 0;
        for (Lane lane : now) {
            inFlight += lane.inFlight();
        }
        return new PoolState(existing, opening, 0, existing, inFlight, waiting, target, maxWaiting);
    }

    /** Lets statements under way end, and closes the remaining lanes after {@code patience}. */
    Mono<Void> close(Duration patience, Runnable refuseWaiting) {
        return Mono.defer(() -> {
            events.run(() -> {
                closing = true;
                events.forCaller(refuseWaiting);
                List.copyOf(lanes.keySet()).forEach(lane -> leave(lane, CloseReason.SHUTDOWN));
                closedIfDone();
            });
            return closed.asMono()
                    .timeout(
                            patience,
                            Mono.defer(() -> {
                                events.run(this::closeAll);
                                return closed.asMono();
                            }),
                            timers);
        });
    }

    private void closeAll() {
        outOfPatience = true;
        for (Lane lane : List.copyOf(lanes.keySet())) {
            events.afterwards(() -> {
                lane.cutOff("the pool of " + node);
                lane.connection().driver().close().subscribe();
            });
        }
        closedIfDone();
    }

    private void closedIfDone() {
        if (closing && lanes.isEmpty() && (connecting == 0 || outOfPatience)) {
            events.forCaller(closed::tryEmitEmpty);
        }
    }
}
