package io.headgate.core.observe;

import io.headgate.core.SqlStatement;
import io.headgate.core.error.Effect;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.topology.Lsn;
import io.headgate.core.topology.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Collects a {@link Receipt} from the events of one subscription. Safe for use by many threads. */
final class ReceiptCollector implements DataAccessListener {

    private static final Logger logger = LoggerFactory.getLogger(ReceiptCollector.class);

    private final Consumer<? super Receipt> taker;
    private final Set<Node> nodes = new LinkedHashSet<>();
    private final List<Receipt.Step> steps = new ArrayList<>();
    private final List<Receipt.Route> routes = new ArrayList<>();
    private int operations;
    private long waited;
    private @Nullable Lsn position;

    /** A write has no known position. */
    private boolean positionUnknown;

    /** Writes and commits that have begun and not ended. If the caller gives them up, they may take effect later. */
    private int unsettled;

    private volatile boolean delivered;

    ReceiptCollector(Consumer<? super Receipt> taker) {
        this.taker = taker;
    }

    /** Adds this collector to the Context. Events within a nested receipt count for both. */
    Context within(Context context) {
        return Listeners.within(context, this);
    }

    /** Delivers the receipt, once. A subscriber may cancel after the end. */
    void deliver() {
        Receipt receipt = take();
        if (receipt != null) {
            try {
                taker.accept(receipt);
            } catch (Throwable thrown) {
                logger.warn("the taker of a receipt threw", thrown);
            }
        }
    }

    private synchronized @Nullable Receipt take() {
        if (delivered) {
            return null;
        }
        delivered = true;
        return new Receipt(
                List.copyOf(nodes),
                operations,
                Duration.ofNanos(waited),
                positionUnknown || unsettled > 0 ? null : position,
                List.copyOf(steps),
                List.copyOf(routes));
    }

    @Override
    public synchronized Observation started(Operation operation, ContextView context) {
        Node node = operation.node();
        if (node == null) {
            return Observation.NONE;
        }
        nodes.add(node);
        operations++;
        SqlStatement statement = operation.statement();
        return new Follower(
                operation, node, statement == null || statement.facts().effect() != Effect.NONE);
    }

    @Override
    public synchronized void routed(Receipt.Route choice, ContextView context) {
        if (routes.size() < Receipt.MAX_STEPS) {
            routes.add(choice);
        }
    }

    @Override
    public synchronized void acquired(Node node, long nanos, ContextView context) {
        waited += nanos;
    }

    @Override
    public synchronized Observation committing(Node node, ContextView context) {
        return new Follower(Operation.transaction(), node, true);
    }

    /** False after the receipt: over R2DBC this may be the Context of a transaction that goes on. */
    @Override
    public boolean wantsPosition() {
        return !delivered;
    }

    private synchronized void add(Receipt.Step step) {
        Lsn reached = step.completion().position();
        if (reached != null && (position == null || reached.compareTo(position) > 0)) {
            position = reached;
        }
        positionUnknown |= step.completion().isPositionUnknown();
        if (steps.size() < Receipt.MAX_STEPS) {
            steps.add(step);
        }
    }

    /** Follows an operation until the server has completed it. */
    private final class Follower implements Observation {

        private final Operation operation;
        private final Node node;
        private final long since = System.nanoTime();

        /** It may have written, and its end is not known. */
        private boolean isUnsettled;

        Follower(Operation operation, Node node, boolean mayWrite) {
            this.operation = operation;
            this.node = node;
            isUnsettled = mayWrite;
            unsettled += mayWrite ? 1 : 0;
        }

        @Override
        public boolean wantsCompletion() {
            return true;
        }

        @Override
        public void completed(Completion completion) {
            settle(false);
            add(new Receipt.Step(operation, node, completion, Duration.ofNanos(System.nanoTime() - since)));
        }

        @Override
        public void failed(Throwable error) {
            settle(!(error instanceof HeadgateException known) || known.outcome() != Outcome.NOT_EXECUTED);
        }

        /** Without a completion it was given up, and may have been executed. */
        @Override
        public void ended(@Nullable Throwable error) {
            if (error == null) {
                settle(true);
            } else {
                failed(error);
            }
        }

        @Override
        public void cancelled() {
            settle(false);
        }

        private void settle(boolean unknown) {
            synchronized (ReceiptCollector.this) {
                if (isUnsettled) {
                    isUnsettled = false;
                    unsettled--;
                    positionUnknown |= unknown;
                }
            }
        }
    }
}
