package io.headgate.core;

import java.util.Objects;
import reactor.core.publisher.Flux;

/** Base class of layers' sessions: passes every call to the next layer's session. */
public abstract class ForwardingSession extends ForwardingExecutor implements SqlSession {

    private final SqlSession next;

    /** @param next the next layer's session */
    protected ForwardingSession(SqlSession next) {
        super(next);
        this.next = Objects.requireNonNull(next, "next");
    }

    @Override
    public Flux<Notification> listen(String... channels) {
        return next.listen(channels);
    }
}
