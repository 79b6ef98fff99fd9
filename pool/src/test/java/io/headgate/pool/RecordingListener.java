package io.headgate.pool;

import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.util.context.ContextView;

/** Keeps what it was told, one word an event. */
public final class RecordingListener implements DataAccessListener {

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<String> reports = new CopyOnWriteArrayList<>();

    /** What was said of leaks. */
    public List<String> reports() {
        return reports;
    }

    public List<String> events() {
        return events;
    }

    public long count(String event) {
        return events.stream().filter(event::equals).count();
    }

    @Override
    public void connectionOpened(Node node, long nanos) {
        events.add("opened");
    }

    @Override
    public void connectionFailed(Node node, Throwable error) {
        events.add("failed");
    }

    @Override
    public void connectionClosed(Node node, CloseReason reason) {
        events.add("closed " + reason);
    }

    @Override
    public void leaseLeaked(Node node, String report) {
        events.add("leaked");
        reports.add(report);
    }

    @Override
    public void acquired(Node node, long nanos, ContextView context) {
        events.add("acquired");
    }

    @Override
    public void acquireFailed(Node node, Throwable error, ContextView context) {
        events.add("acquireFailed");
    }

    @Override
    public void cancelled(Node node) {
        events.add("cancelled");
    }
}
