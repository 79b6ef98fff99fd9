package io.headgate.routing.session;

import io.headgate.routing.topology.Position;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The highest position that a user of the service has written or read. Reads at {@code readYourWrites} are not served behind it. It travels in
 * the Reactor Context of a request; calls without one share the client's session. Safe for use by many threads.
 *
 * <pre>{@code handler.contextWrite(session.inContext())}</pre>
 */
public final class ConsistencySession {

    private final AtomicReference<@Nullable Position> highest = new AtomicReference<>();

    private ConsistencySession() {}

    /** A session that has written and read nothing. */
    public static ConsistencySession create() {
        return new ConsistencySession();
    }

    /** A session that goes on from a position, such as one that came with a request. */
    public static ConsistencySession startingAt(Position position) {
        ConsistencySession session = new ConsistencySession();
        session.advance(position);
        return session;
    }

    /** The session of a Context; null if it has none. */
    public static @Nullable ConsistencySession of(ContextView context) {
        return context.getOrDefault(ConsistencySession.class, null);
    }

    /** A function for {@code contextWrite}: everything upstream of it is part of this session. */
    public Function<Context, Context> inContext() {
        return context -> context.put(ConsistencySession.class, this);
    }

    /** The highest position; null before the first. */
    public @Nullable Position position() {
        return highest.get();
    }

    /** The session has written or read at this position. A lower one than known changes nothing. */
    public void advance(Position position) {
        Position known = highest.get();
        while (known == null || known.isBefore(position)) {
            if (highest.compareAndSet(known, position)) {
                return;
            }
            known = highest.get();
        }
    }

    @Override
    public String toString() {
        return "ConsistencySession[" + highest.get() + "]";
    }
}
