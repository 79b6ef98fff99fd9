package io.headgate.routing;

import io.headgate.routing.topology.Position;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * What a user of the service has written and read. Reads at {@code readYourWrites} see all of that. A session travels in the Reactor Context
 * of a request; calls without one share the client's session, which covers its writes but not its reads. Safe for use by many threads.
 *
 * <pre>{@code handler.contextWrite(session.inContext())}</pre>
 */
public final class ConsistencySession {

    /**
     * The state of a session.
     *
     * @param floor the highest known position that was written or read; null before the first
     * @param unknown how often it has written at an unknown position, or seen what lies at one
     * @param covered how many of these are certainly at or before the floor
     * @param read the last read whose position is not known yet; null if there is none
     * @param replaced a position of an earlier history, in place of which the floor is of a later one: nobody has looked yet whether it
     *     has survived; null if there is none
     * @param wroteAfter a position before the first of its writes that are not covered; null if it has none, or if nobody knows where they are
     */
    record State(
            @Nullable Position floor,
            long unknown,
            long covered,
            @Nullable Read read,
            @Nullable Position replaced,
            @Nullable Position wroteAfter) {

        State(@Nullable Position floor, long unknown, long covered, @Nullable Read read) {
            this(floor, unknown, covered, read, null, null);
        }

        boolean hasUnknown() {
            return unknown > covered;
        }

        /** Whether it has written at an unknown position of a timeline that has ended: that of a later one says nothing of it. */
        boolean mayBeLost(long systemId, int timeline) {
            Position before = wroteAfter;
            return before != null && (before.systemId() != systemId || before.timeline() < timeline);
        }

        /** Whether it has seen a later timeline of the same cluster. */
        boolean isAheadOf(long systemId, int timeline) {
            return floor != null && floor.systemId() == systemId && floor.timeline() > timeline;
        }

        State raisedTo(Position position) {
            Position now = floor;
            if (now == null) {
                return withFloor(position, replaced);
            }
            if (now.systemId() == position.systemId() && now.timeline() == position.timeline()) {
                return now.isBefore(position) ? withFloor(position, replaced) : this;
            }
            boolean isLater = now.isBefore(position);
            Position earlier = isLater ? now : position;
            boolean isFurther = replaced == null || replaced.lsn().compareTo(earlier.lsn()) < 0;
            return withFloor(isLater ? position : now, isFurther ? earlier : replaced);
        }

        State withFloor(@Nullable Position position, @Nullable Position earlier) {
            return new State(position, unknown, covered, read, earlier, wroteAfter);
        }

        State withRead(@Nullable Read last) {
            return new State(floor, unknown, covered, last, replaced, wroteAfter);
        }

        State withUnknown(int more) {
            return new State(floor, unknown + more, covered, read, replaced, wroteAfter);
        }

        /** It has written after a position; null if nobody knows where. */
        State written(@Nullable Position before) {
            State raised = before == null ? this : raisedTo(before);
            Position after = before == null ? floor : before;
            Position first = wroteAfter == null ? after : wroteAfter;
            return new State(raised.floor, unknown + 1, covered, read, raised.replaced, first);
        }

        State coveredUntil(long known) {
            long now = Math.max(covered, known);
            return new State(floor, unknown, now, read, replaced, unknown > now ? wroteAfter : null);
        }
    }

    /**
     * A read on a node.
     *
     * @param endedAt when it had ended, by the monitor's clock: whatever the node is asked later, it has reached what this read saw;
     *     {@link #LATELY} if that is not known by this clock
     */
    record Read(NodeId node, long endedAt) {}

    /** No answer of the node is certainly later. */
    static final long LATELY = Long.MAX_VALUE;

    private static final State NEW = new State(null, 0, 0, null);

    private final boolean followsReads;
    private volatile boolean mayHaveLostWrite;
    private final State begin;
    private final AtomicReference<State> state;

    private ConsistencySession(boolean followsReads, State begin) {
        this.followsReads = followsReads;
        this.begin = begin;
        this.state = new AtomicReference<>(begin);
    }

    /** A session that has written and read nothing. */
    public static ConsistencySession create() {
        return new ConsistencySession(true, NEW);
    }

    /** A session that goes on from a position, such as one that came with a request. */
    public static ConsistencySession startingAt(Position position) {
        return startingAt(new State(position, 0, 0, null));
    }

    /** A session that goes on from others: it has seen all that they have. */
    public static ConsistencySession startingAt(Iterable<ConsistencySession> earlier) {
        ConsistencySession all = create();
        earlier.forEach(all::include);
        return startingAt(all.state());
    }

    static ConsistencySession startingAt(State state) {
        return new ConsistencySession(true, state);
    }

    /** The session of all calls that have none of their own. */
    static ConsistencySession ofClient() {
        return new ConsistencySession(false, NEW);
    }

    /** The session of a Context; null if it has none. */
    public static @Nullable ConsistencySession of(ContextView context) {
        return context.isEmpty() ? null : context.getOrDefault(ConsistencySession.class, null);
    }

    /** A function for {@code contextWrite}: everything upstream of it is part of this session. */
    public Function<Context, Context> inContext() {
        return context -> context.put(ConsistencySession.class, this);
    }

    /** The highest known position; null before the first. */
    public @Nullable Position position() {
        return state().floor;
    }

    /** The session has written or read at this position. A lower one than known changes nothing. */
    public void advance(Position position) {
        change(now -> now.raisedTo(position));
    }

    /** Whether it has written, read or learned a position since it was created. */
    public boolean hasAdvanced() {
        return !state().equals(begin);
    }

    /**
     * A copy for a token that leaves while this session goes on, as when a response is streamed. It includes what the session reads later on the
     * node of its last read.
     *
     * @param mayWrite whether this session may still write; the copy has then written at an unknown position
     */
    public ConsistencySession openCopy(boolean mayWrite) {
        State now = state();
        Read open = now.read == null ? null : new Read(now.read.node, LATELY);
        return startingAt(now.withUnknown(mayWrite ? 1 : 0).withRead(open));
    }

    /** This session has seen all that another one has, such as that of a service which it has called. One of another cluster says nothing here. */
    public void include(ConsistencySession other) {
        State theirs = other.state();
        change(now -> {
            boolean isElsewhere =
                    now.floor != null && theirs.floor != null && now.floor.systemId() != theirs.floor.systemId();
            return isElsewhere ? now : including(now, theirs);
        });
    }

    private static State including(State now, State theirs) {
        State both = theirs.floor == null ? now : now.raisedTo(theirs.floor);
        both = theirs.replaced == null ? both : both.raisedTo(theirs.replaced);
        if (theirs.hasUnknown()) {
            both = theirs.wroteAfter == null ? both.withUnknown(1) : both.written(theirs.wroteAfter);
        }
        Read mine = now.read;
        if (theirs.read != null && mine != null) {
            boolean sameNode = mine.node.equals(theirs.read.node);
            both = sameNode
                    ? both.withRead(new Read(mine.node, Math.max(mine.endedAt, theirs.read.endedAt)))
                    : both.withUnknown(1);
        } else if (theirs.read != null) {
            both = both.withRead(theirs.read);
        }
        return both.equals(now) ? now : both;
    }

    /**
     * Whether a write of this session may have been lost: the primary was replaced by a replica that is not known to have had it. Known at the
     * session's next read at {@code readYourWrites}. With synchronous replication nothing acknowledged is lost, though it may not be known.
     */
    public boolean mayHaveLostWrite() {
        return mayHaveLostWrite;
    }

    void lostWrite() {
        mayHaveLostWrite = true;
    }

    /** It was looked whether a position of an earlier history has survived. */
    void looked(Position replaced) {
        change(now -> replaced.equals(now.replaced) ? now.withFloor(now.floor, null) : now);
    }

    State state() {
        return Objects.requireNonNull(state.get());
    }

    /** The session has written at an unknown position, such as by another library. Its next read asks the primary for its position first. */
    public void wroteSomewhere() {
        change(now -> now.written(null));
    }

    /**
     * As {@link #wroteSomewhere}, on a primary.
     *
     * @param before a position at or before the write. It says on which timeline that was
     */
    void wroteAfter(@Nullable Position before) {
        change(now -> now.written(before));
    }

    /** The primary has shown something without a read, such as a key that is there already. The next read must show it too. */
    void sawPrimary() {
        change(now -> now.withUnknown(1));
    }

    /**
     * The session has read on a node.
     *
     * @param isPrimary whether what was read there includes all that replicas have shown
     */
    void readOn(NodeId node, long endedAt, boolean isPrimary) {
        if (followsReads) {
            change(now -> {
                // two reads at once: the position of the primary covers both
                boolean other = !isPrimary && now.read != null && !now.read.node.equals(node);
                long latest =
                        now.read != null && now.read.node.equals(node) ? Math.max(endedAt, now.read.endedAt) : endedAt;
                return now.withUnknown(other ? 1 : 0).withRead(new Read(node, latest));
            });
        }
    }

    /** The node of the last read has been asked since. */
    void learned(Read asked, Position position) {
        change(now -> {
            State raised = now.raisedTo(position);
            return asked.equals(raised.read) ? raised.withRead(null) : raised;
        });
    }

    /**
     * The primary was asked after {@code before} was the state: its position covers everything until then. If the state was further on the same
     * timeline, what is missing is lost: the cluster was restored from a copy.
     */
    void covered(State before, Position primary) {
        if (before.isAheadOf(primary.systemId(), primary.timeline())) {
            // that of a former primary says nothing of what was written since
            return;
        }
        if (before.mayBeLost(primary.systemId(), primary.timeline())) {
            lostWrite();
        }
        Position floor = before.floor;
        boolean anew =
                floor != null && (floor.systemId() != primary.systemId() || primary.isBehindOnSameTimeline(floor));
        covered(before, primary, anew);
    }

    /** As {@link #covered}. The state before is of a history that the cluster does not have. */
    void coveredAnew(State before, Position primary) {
        covered(before, primary, true);
    }

    private void covered(State before, Position primary, boolean anew) {
        if (anew) {
            lostWrite();
        }
        change(now -> {
            // a write may have come since
            boolean replace = anew && Objects.equals(now.floor, before.floor);
            State raised = replace ? now.withFloor(primary, now.replaced) : now.raisedTo(primary);
            boolean isRead = raised.read != null && raised.read.equals(before.read);
            return (isRead ? raised.withRead(null) : raised).coveredUntil(before.unknown);
        });
    }

    /** @param change may be called again, if another thread comes first */
    private void change(UnaryOperator<State> change) {
        state.updateAndGet(change);
    }

    @Override
    public String toString() {
        return "ConsistencySession[" + state().floor + "]";
    }
}
