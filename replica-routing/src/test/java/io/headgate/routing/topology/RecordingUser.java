package io.headgate.routing.topology;

import io.headgate.core.topology.Node;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records what it hears. The test decides which nodes serve calls whatever their probes say. */
public final class RecordingUser implements NodeUser {

    public final List<Node> roleChanges = new CopyOnWriteArrayList<>();
    public final List<Node> replaced = new CopyOnWriteArrayList<>();
    public final List<Node> lost = new CopyOnWriteArrayList<>();
    public final Set<Node> serving = ConcurrentHashMap.newKeySet();

    @Override
    public void roleChanged(Node node) {
        roleChanges.add(node);
    }

    @Override
    public void replaced(Node node) {
        replaced.add(node);
    }

    @Override
    public void lost(Node node) {
        lost.add(node);
    }

    @Override
    public boolean hasAnsweredSince(Node node, long nanos) {
        return serving.contains(node);
    }
}
