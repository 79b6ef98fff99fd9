package io.headgate.routing.topology;

import io.headgate.core.topology.Node;

/**
 * Uses the nodes. The monitor reports changes to it. Before the monitor takes a node for lost, it asks whether the node still answers calls. Must
 * not block. Called on any thread.
 */
public interface NodeUser {

    /** Does nothing, and relies on the probes. */
    NodeUser NONE = new NodeUser() {
        @Override
        public void roleChanged(Node node) {}

        @Override
        public void replaced(Node node) {}

        @Override
        public void lost(Node node) {}

        @Override
        public boolean hasAnsweredSince(Node node, long nanos) {
            return false;
        }
    };

    /** The node has another role, such as after its promotion. */
    void roleChanged(Node node);

    /** Another node has replaced this one as the primary, and it does not follow: what it acknowledges counts for nothing. */
    void replaced(Node node);

    /** The node does not answer any more. */
    void lost(Node node);

    /**
     * Whether the node has answered a call after a moment. A probe may wait behind the work of a busy node; a node that serves calls is not
     * lost.
     *
     * @param nanos by the monitor's clock
     */
    boolean hasAnsweredSince(Node node, long nanos);
}
