package io.headgate.core;

import java.util.Objects;
import reactor.core.publisher.Flux;

/** A session that passes everything on to another, to be extended by layers that change something. */
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
