package io.headgate.core.observe;

import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import io.headgate.core.topology.Role;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Describes what happened to a statement, a stream or a transaction: the nodes it ran on, how long it waited, and what the server said of
 * each of its statements. Collected on request; other calls have no cost. A write outside a transaction, and a COMMIT after writes, send
 * one more query, for the position.
 *
 * <pre>{@code
 * Mono<Track> track = Receipt.collect(db.sql("SELECT ...").as(Track.class).one(), receipt -> log.info("{}", receipt));
 * }</pre>
 *
 * <p>The receipt of a transaction or of any other publisher covers all statements subscribed to with its Context. Immutable.
 */
public final class Receipt {

    /** Steps that a receipt keeps. A transaction of a million statements must not keep a million of them. */
    public static final int MAX_STEPS = 100;

    private final List<Node> nodes;
    private final int operations;
    private final Duration waited;
    private final @Nullable Lsn position;
    private final List<Step> steps;
    private final List<Route> routes;

    Receipt(
            List<Node> nodes,
            int operations,
            Duration waited,
            @Nullable Lsn position,
            List<Step> steps,
            List<Route> routes) {
        this.nodes = nodes;
        this.operations = operations;
        this.waited = waited;
        this.position = position;
        this.steps = steps;
        this.routes = routes;
    }

    /** An operation that the server has completed. Immutable. */
    public static final class Step {

        private final Operation operation;
        private final Node node;
        private final Completion completion;
        private final Duration took;

        Step(Operation operation, Node node, Completion completion, Duration took) {
            this.operation = operation;
            this.node = node;
            this.completion = completion;
            this.took = took;
        }

        /** The statement, stream or COPY; a step of kind {@link Operation.Kind#TRANSACTION} is a COMMIT. */
        public Operation operation() {
            return operation;
        }

        /** The node it ran on. */
        public Node node() {
            return node;
        }

        /** What the server said, its role, and how the statement was prepared. */
        public Completion completion() {
            return completion;
        }

        /** The time from when it was handed to a connection until it was complete. */
        public Duration took() {
            return took;
        }

        @Override
        public String toString() {
            return operation.kind() + " on " + node + ": " + completion;
        }
    }

    /** The node that a call over several nodes was sent to, and why. A call that is sent again has one for each time. Immutable. */
    public static final class Route {

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
        public Route(Node node, Role role, String reason, @Nullable Lsn position, @Nullable Duration staleness) {
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
         * Why it was this node, in lower case with underscores, from a small set: {@code write} for a call that may write; {@code
         * replayed}, {@code asked} or {@code waited} for a replica that was known, or found, to have what the call must see; any other
         * word says why a read had to go to the primary, such as {@code not_replayed}. docs/replicas.md lists them.
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
            return "Route[" + node + ", " + role + ", " + reason + (position == null ? "" : ", position=" + position)
                    + (staleness == null ? "" : ", staleness=" + staleness) + "]";
        }
    }

    /**
     * Passes a source on, and delivers the receipt when it completes, fails or is cancelled, before the subscriber gets that signal.
     *
     * @param taker called once for each subscription, on the thread of the signal; it must not block. What it throws is logged and
     *     dropped: a transaction that was committed must not be reported as failed
     */
    public static <T> Mono<T> collect(Mono<T> source, Consumer<? super Receipt> taker) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(taker, "taker");
        return Mono.defer(() -> {
            ReceiptCollector collector = new ReceiptCollector(taker);
            return source.contextWrite(collector::within)
                    .doOnTerminate(collector::deliver)
                    .doOnCancel(collector::deliver);
        });
    }

    /** As {@link #collect(Mono, Consumer)}. */
    public static <T> Flux<T> collect(Flux<T> source, Consumer<? super Receipt> taker) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(taker, "taker");
        return Flux.defer(() -> {
            ReceiptCollector collector = new ReceiptCollector(taker);
            return source.contextWrite(collector::within)
                    .doOnTerminate(collector::deliver)
                    .doOnCancel(collector::deliver);
        });
    }

    /** The nodes whose connections were used, in the order of their first use; empty if nothing was sent. */
    public List<Node> nodes() {
        return nodes;
    }

    /** The number of statements, streams and COPYs given to a connection. A statement that a layer repeats counts each time. */
    public int operations() {
        return operations;
    }

    /** The sum of all waits for connections that ended with one. */
    public Duration waited() {
        return waited;
    }

    /**
     * The highest {@linkplain Completion#position() position} of its writes: a replica that has replayed up to here shows all of them. Null
     * if nothing was written; if a write has no known position or an unknown outcome, or was given up, as by a time-out; and where the driver
     * does not say.
     */
    public @Nullable Lsn position() {
        return position;
    }

    /**
     * The operations that the server had completed, in the order of their completion, and the commits of transactions; at most {@value
     * #MAX_STEPS}. What failed or was still running is not among them.
     */
    public List<Step> steps() {
        return steps;
    }

    /**
     * To which node each statement, stream and transaction was sent, and why, in this order; at most {@value #MAX_STEPS}. Empty for a client
     * of one node.
     */
    public List<Route> routes() {
        return routes;
    }

    @Override
    public String toString() {
        return "Receipt[nodes=" + nodes + ", operations=" + operations + ", waited=" + waited
                + (position == null ? "" : ", position=" + position) + ", steps=" + steps
                + (routes.isEmpty() ? "" : ", routes=" + routes) + "]";
    }
}
