package io.headgate.driver.netty;

import io.headgate.core.Notification;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.Outcome;
import io.headgate.core.error.ServerError;
import io.headgate.core.topology.Node;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

/** Passes a connection's notifications to one subscriber, until it cancels or the connection ends. */
final class Notifications implements WireTask {

    private final Wire wire;
    private final Node node;
    private final FluxSink<Notification> sink;

    Notifications(Wire wire, Node node, FluxSink<Notification> sink) {
        this.wire = wire;
        this.node = node;
        this.sink = sink;
    }

    void start() {
        wire.enqueue(this);
        sink.onDispose(() -> wire.enqueue(new WireTask() {
            @Override
            public void run(SendBuffer buffer) {
                wire.unwatch(Notifications.this);
            }

            @Override
            public void refuse(@Nullable ServerError fatal, String why) {}
        }));
    }

    @Override
    public void run(SendBuffer buffer) {
        if (!sink.isCancelled()) {
            wire.watch(this);
        }
    }

    void deliver(Notification notification) {
        sink.next(notification);
    }

    @Override
    public void refuse(@Nullable ServerError fatal, String why) {
        String reason = fatal == null ? why : fatal.message();
        sink.error(new ConnectionLostException(node, reason, Outcome.NOT_EXECUTED, null));
    }
}
