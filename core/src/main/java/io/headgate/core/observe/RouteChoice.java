package io.headgate.core.observe;

import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.core.topology.Role;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The node that a call over several nodes was sent to, and why. A call that is sent again has one for each time. Immutable. */
public final class RouteChoice {

    private final Node node;
    private final Role role;
    private final String reason;
    private final @Nullable Lsn position;
    private final @Nullable Duration staleness;

    /**
     * @param reason see {@link #reason()}
     * @param position see {@link #position()}
     * @param staleness see {@link #staleness()}
     */
    public RouteChoice(Node node, Role role, String reason, @Nullable Lsn position, @Nullable Duration staleness) {
        this.node = Objects.requireNonNull(node, "node");
        this.role = Objects.requireNonNull(role, "role");
        this.reason = Objects.requireNonNull(reason, "reason");
        this.position = position;
        this.staleness = staleness;
    }

    /** Where the call was sent. */
    public Node node() {
        return node;
    }

    /** What the node was known to be at that moment. */
    public Role role() {
        return role;
    }

    /**
     * Why it was this node, in lower case with underscores, from a small set: {@code write} for a call that may write; {@code replayed},
     * {@code asked} or {@code waited} for a replica that was known, or found, to have what the call must see; any other word says why a read
     * had to go to the primary, such as {@code not_replayed}. docs/replicas.md lists them.
     */
    public String reason() {
        return reason;
    }

    /** The node had at least this position in the write-ahead log, when it was last asked; null if it is not known. */
    public @Nullable Lsn position() {
        return position;
    }

    /** The node showed a state that was at most this old when the call was sent; zero for the primary; null if it is not known. */
    public @Nullable Duration staleness() {
        return staleness;
    }

    @Override
    public String toString() {
        return "RouteChoice[" + node + ", " + role + ", " + reason + (position == null ? "" : ", position=" + position)
                + (staleness == null ? "" : ", staleness=" + staleness) + "]";
    }
}
