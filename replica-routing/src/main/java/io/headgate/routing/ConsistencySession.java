package io.headgate.routing;

import io.headgate.core.topology.Lsn;
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
     * @param unknown how often it has written or read at an unknown position
     * @param covered how many of these are certainly at or before the floor
     * @param read the last read whose position is not known yet; null if there is none
     * @param replaced a position of an earlier history, in place of which the floor is of a later one: nobody has looked yet whether it
     *     has survived; null if there is none
     */
    record State(
            @Nullable Position floor,
            long unknown,
            long covered,
            @Nullable Read read,
            @Nullable Position replaced) {

        State(@Nullable Position floor, long unknown, long covered, @Nullable Read read) {
            this(floor, unknown, covered, read, null);
        }

        boolean hasUnknown() {
            return unknown > covered;
        }

        /** Whether it has written at an unknown position of a timeline that has ended: that of a later one says nothing of it. */
        boolean mayBeLost(long systemId, int timeline) {
            return hasUnknown() && floor != null && (floor.systemId() != systemId || floor.timeline() < timeline);
        }

        State raisedTo(Position position) {
            Position now = floor;
            if (now == null) {
                return new State(position, unknown, covered, read, replaced);
            }
            if (now.systemId() == position.systemId() && now.timeline() == position.timeline()) {
                return now.isBefore(position) ? new State(position, unknown, covered, read, replaced) : this;
            }
            boolean isLater = now.isBefore(position);
            Position earlier = isLater ? now : position;
            if (isLater && hasUnknown()) {
                // what it has written behind the floor is of that history too, as far as is known
                earlier = new Position(earlier.systemId(), earlier.timeline(), END);
            }
            boolean isFurther = replaced == null || replaced.lsn().compareTo(earlier.lsn()) < 0;
            return new State(isLater ? position : now, unknown, covered, read, isFurther ? earlier : replaced);
        }
    }

    /**
     * A read on a node.
     *
     * @param endedAt when it had ended, by the monitor's clock: whatever the node is asked later, it has reached what this read saw;
     *     {@link #LATELY} if that is not known by this clock
     */
    record Read(NodeId node, long endedAt) {}

    /** No log reaches as far. */
    private static final Lsn END = new Lsn(Long.MAX_VALUE);

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
        return startingAt(new State(now.floor, now.unknown + (mayWrite ? 1 : 0), now.covered, open));
    }

    /** This session has seen all that another one has, such as that of a service which it has called. */
    public void include(ConsistencySession other) {
        State theirs = other.state();
        change(now -> {
            State raised = theirs.floor == null ? now : now.raisedTo(theirs.floor);
            Read mine = raised.read;
            Read read = mine == null ? theirs.read : mine;
            long unknown = raised.unknown + (theirs.hasUnknown() ? 1 : 0);
            if (mine != null && theirs.read != null) {
                boolean sameNode = mine.node.equals(theirs.read.node);
                read = sameNode ? new Read(mine.node, Math.max(mine.endedAt, theirs.read.endedAt)) : mine;
                unknown += sameNode ? 0 : 1;
            }
            State both = new State(raised.floor, unknown, raised.covered, read, raised.replaced);
            return both.equals(now) ? now : both;
        });
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
        change(now ->
                replaced.equals(now.replaced) ? new State(now.floor, now.unknown, now.covered, now.read, null) : now);
    }

    State state() {
        return Objects.requireNonNull(state.get());
    }

    /** The session has written at an unknown position, such as by another library. Its next read asks the primary for its position first. */
    public void wroteSomewhere() {
        change(now -> new State(now.floor, now.unknown + 1, now.covered, now.read, now.replaced));
    }

    /**
     * As {@link #wroteSomewhere}, on a primary.
     *
     * @param before a position at or before the write. It says on which timeline that was
     */
    void wroteAfter(@Nullable Position before) {
        change(now -> {
            State raised = before == null ? now : now.raisedTo(before);
            return new State(raised.floor, raised.unknown + 1, raised.covered, raised.read, raised.replaced);
        });
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
                return new State(
                        now.floor, now.unknown + (other ? 1 : 0), now.covered, new Read(node, latest), now.replaced);
            });
        }
    }

    /** The node of the last read has been asked since. */
    void learned(Read asked, Position position) {
        change(now -> {
            State raised = now.raisedTo(position);
            return asked.equals(raised.read)
                    ? new State(raised.floor, raised.unknown, raised.covered, null, raised.replaced)
                    : raised;
        });
    }

    /**
     * The primary was asked after {@code before} was the state: its position covers everything until then. If the state was further on the same
     * timeline, what is missing is lost: the cluster was restored from a copy.
     */
    void covered(State before, Position primary) {
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
            State raised = replace
                    ? new State(primary, now.unknown, now.covered, now.read, now.replaced)
                    : now.raisedTo(primary);
            long covered = Math.max(raised.covered, before.unknown);
            Read read = raised.read != null && raised.read.equals(before.read) ? null : raised.read;
            return new State(raised.floor, raised.unknown, covered, read, raised.replaced);
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
