package io.headgate.pool;

import io.headgate.core.observe.DataAccessListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it was told, one word an event. */
final class RecordingListener implements DataAccessListener {

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<String> reports = new CopyOnWriteArrayList<>();

    /** What was said of leaks. */
    List<String> reports() {
        return reports;
    }

    List<String> events() {
        return events;
    }

    long count(String event) {
        return events.stream().filter(event::equals).count();
    }

    @Override
    public void connectionOpened(String node, long nanos) {
        events.add("opened");
    }

    @Override
    public void connectionFailed(String node, Throwable error) {
        events.add("failed");
    }

    @Override
    public void connectionClosed(String node, CloseReason reason) {
        events.add("closed " + reason);
    }

    @Override
    public void leaseLeaked(String node, String report) {
        events.add("leaked");
        reports.add(report);
    }

    @Override
    public void acquired(String node, long nanos) {
        events.add("acquired");
    }

    @Override
    public void acquireFailed(String node, Throwable error) {
        events.add("acquireFailed");
    }

    @Override
    public void cancelled(String node) {
        events.add("cancelled");
    }
}
