package io.headgate.pool;

import io.headgate.core.driver.DriverConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Accepts connections at once, or on command. */
public final class FakeServer {

    private final List<FakeConnection> connections = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<MonoSink<DriverConnection>> knocking = new ConcurrentLinkedQueue<>();
    private boolean acceptsAtOnce = true;
    private boolean answersAtOnce = true;
    private boolean pooled;
    private String refused;

    /** Lets new connections wait for {@link #accept} or {@link #refuse}. */
    public FakeServer acceptOnCommand() {
        acceptsAtOnce = false;
        return this;
    }

    /** Lets statements of new connections wait for an answer. */
    public FakeServer answerOnCommand() {
        answersAtOnce = false;
        return this;
    }

    /** Puts a pooler in front. */
    public FakeServer behindPooler() {
        pooled = true;
        return this;
    }

    /** Has new connections refuse a text. */
    public FakeServer refuseText(String sql) {
        refused = sql;
        return this;
    }

    /** Lets new connections in at once again. */
    public FakeServer acceptAtOnce() {
        acceptsAtOnce = true;
        return this;
    }

    public Mono<DriverConnection> connect() {
        return Mono.create(sink -> {
            if (acceptsAtOnce) {
                sink.success(open());
            } else {
                knocking.add(sink);
            }
        });
    }

    private FakeConnection open() {
        FakeConnection connection = new FakeConnection(answersAtOnce, pooled);
        connection.refuse(refused);
        connections.add(connection);
        return connection;
    }

    public FakeConnection accept() {
        FakeConnection connection = open();
        knocking.remove().success(connection);
        return connection;
    }

    /** Accepts, and the connection is gone before it arrives. */
    public void acceptLost() {
        FakeConnection connection = open();
        connection.lose();
        knocking.remove().success(connection);
    }

    public void refuse(Throwable error) {
        knocking.remove().error(error);
    }

    /** Ends a connection attempt without either, as a driver must not. */
    public void turnAway() {
        knocking.remove().success();
    }

    public int knocking() {
        return knocking.size();
    }

    public FakeConnection connection(int index) {
        return connections.get(index);
    }

    public List<FakeConnection> connections() {
        return new ArrayList<>(connections);
    }
}
