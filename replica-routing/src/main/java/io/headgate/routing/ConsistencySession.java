package io.headgate.routing;

import io.headgate.core.topology.Node;
import io.headgate.routing.topology.Position;
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
     */
    record State(
            @Nullable Position floor,
            long unknown,
            long covered,
            @Nullable Read read) {

        boolean hasUnknown() {
            return unknown > covered;
        }

        State raisedTo(Position position) {
            boolean higher = floor == null || floor.isBefore(position);
            return higher ? new State(position, unknown, covered, read) : this;
        }
    }

    /**
     * A read on a node.
     *
     * @param endedAt when it had ended, by the monitor's clock: whatever the node is asked later, it has reached what this read saw
     */
    record Read(Node node, long endedAt) {}

    private static final State NEW = new State(null, 0, 0, null);

    private final boolean followsReads;
    private volatile boolean mayHaveLostWrite;
    private volatile State state = NEW;

    private ConsistencySession(boolean followsReads) {
        this.followsReads = followsReads;
    }

    /** A session that has written and read nothing. */
    public static ConsistencySession create() {
        return new ConsistencySession(true);
    }

    /** A session that goes on from a position, such as one that came with a request. */
    public static ConsistencySession startingAt(Position position) {
        ConsistencySession session = create();
        session.advance(position);
        return session;
    }

    /** The session of all calls that have none of their own. */
    static ConsistencySession ofClient() {
        return new ConsistencySession(false);
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
        return state.floor;
    }

    /** The session has written or read at this position. A lower one than known changes nothing. */
    public void advance(Position position) {
        change(now -> now.raisedTo(position));
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

    State state() {
        return state;
    }

    /** The session has written at an unknown position. */
    void wroteSomewhere() {
        change(now -> new State(now.floor, now.unknown + 1, now.covered, now.read));
    }

    /**
     * The session has read on a node.
     *
     * @param isPrimary whether what was read there includes all that replicas have shown
     */
    void readOn(Node node, long endedAt, boolean isPrimary) {
        if (followsReads) {
            change(now -> {
                // two reads at once: the position of the primary covers both
                boolean other = !isPrimary && now.read != null && !now.read.node.equals(node);
                return new State(now.floor, now.unknown + (other ? 1 : 0), now.covered, new Read(node, endedAt));
            });
        }
    }

    /** The node of the last read has been asked since. */
    void learned(Read asked, Position position) {
        change(now -> {
            State raised = now.raisedTo(position);
            return asked.equals(raised.read) ? new State(raised.floor, raised.unknown, raised.covered, null) : raised;
        });
    }

    /** The primary was asked after {@code before} was the state: its position covers everything until then. */
    void covered(State before, Position primary) {
        change(now -> {
            State raised = now.raisedTo(primary);
            long covered = Math.max(raised.covered, before.unknown);
            Read read = raised.read != null && raised.read.equals(before.read) ? null : raised.read;
            return new State(raised.floor, raised.unknown, covered, read);
        });
    }

    private synchronized void change(UnaryOperator<State> change) {
        state = change.apply(state);
    }

    @Override
    public String toString() {
        return "ConsistencySession[" + state.floor + "]";
    }
}
