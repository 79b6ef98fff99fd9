package io.headgate.pool.session;

import io.headgate.core.SqlSession;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.error.ClosedException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.Listeners;
import io.headgate.core.reactive.LastingTimers;
import io.headgate.core.topology.Node;
import io.headgate.pool.NodePool;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.SessionLimitException;
import io.headgate.pool.concurrent.ShutdownBudget;
import io.headgate.pool.connection.ConnectBackoff;
import io.headgate.pool.lease.CommitListener;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Connections that live for one use each, straight to PostgreSQL, for work that needs a session. Never reused: a use may leave
 * any state behind.
 *
 * <p>At most a fixed number at once, including those being opened and closed. One more is refused and not queued, because a use
 * may hold its connection for as long as the service lives. Each takes a server connection that the pooler does not count. If
 * an address accepts no connections, {@link ConnectBackoff} limits the attempts, and uses fail at once in between.
 *
 * <p>The work starts on the connection's event loop. After a cancellation during opening, the connection is closed when it
 * arrives. A later cancellation closes the connection; that stops running statements and rolls back an open transaction. Safe
 * for use by many threads.
 */
public final class SessionConnections {

    private static final int CLOSING = 1 << 30;

    private final Node node;
    private final Mono<DriverConnection> connect;
    private final int limit;
    private final PoolOptions options;
    private final DataAccessListener listener;
    private final CommitListener commits;
    private final Scheduler timers;
    private final Executor outside;

    /** The number of uses, and one bit for closing, so that no use begins after the last one has ended. */
    private final AtomicInteger state = new AtomicInteger();

    private final Set<SessionUse<?>> uses = ConcurrentHashMap.newKeySet();
    private final Sinks.Empty<Void> closed = Sinks.empty();

    private SessionConnections(
            Node node,
            Mono<DriverConnection> connect,
            int limit,
            PoolOptions options,
            DataAccessListener listener,
            Scheduler timers) {
        this.node = node;
        this.options = options;
        this.listener = listener;
        this.commits = CommitListener.of(node, listener);
        ConnectBackoff backoff = new ConnectBackoff(
                node, System::nanoTime, () -> ThreadLocalRandom.current().nextDouble(), timers);
        this.connect = backoff.limit(connect.switchIfEmpty(Mono.error(
                        () -> new ConnectFailedException(node, "the driver gave no connection and no error", null)))
                .doOnError(error -> listener.connectionFailed(node, error)));
        this.limit = limit;
        this.timers = timers;
        this.outside = timers::schedule;
    }

    /**
     * Creates session connections; opens none yet.
     *
     * @param node host and port, for messages
     * @param connect opens a connection at each subscription
     * @param limit most connections at once, at least 1
     * @param options limit the time to undo a transaction that was given up
     * @param listener receives events of connections and of callers that do or do not get one
     * @param timers runs the time-out of {@link #close}
     */
    public static SessionConnections create(
            Node node,
            Mono<DriverConnection> connect,
            int limit,
            PoolOptions options,
            DataAccessListener listener,
            Scheduler timers) {
        if (limit < 1) {
            throw new IllegalArgumentException(
                    "the limit of session connections is " + limit + "; it must be at least 1");
        }
        return new SessionConnections(node, connect, limit, options, listener, LastingTimers.of(timers));
    }

    /**
     * Opens a connection, runs the work on it and closes it. Each subscription opens its own connection. The end is signalled
     * after the connection was closed; the server releases the session's locks moments later.
     *
     * @param work receives the session, which is valid until the returned publisher has ended
     * @return the values of the work; {@link io.headgate.core.error.ConfigurationException} if the address leads to a pooler,
     *     {@link SessionLimitException} at the limit, {@link io.headgate.core.error.ConnectionLostException} as soon as the
     *     connection is lost, even if the work waits for something else
     */
    public <T> Flux<T> use(Function<? super SqlSession, ? extends Publisher<T>> work) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                HeadgateException refusal = enter();
                if (refusal != null) {
                    listenerOf(actual).acquireFailed(node, refusal, actual.currentContext());
                    Operators.error(actual, refusal);
                    return;
                }
                SessionUse<T> use = new SessionUse<>(SessionConnections.this, actual, work);
                uses.add(use);
                try {
                    actual.onSubscribe(use);
                } catch (Throwable thrown) {
                    // such as linkage errors: Reactor throws them at the signalling thread
                    use.neverOpened(thrown);
                    return;
                }
                use.open(connect);
            }
        };
    }

    private @Nullable HeadgateException enter() {
        int now;
        do {
            now = state.get();
            if ((now & CLOSING) != 0) {
                return new ClosedException("the client");
            }
            if (now >= limit) {
                return new SessionLimitException(node, limit);
            }
        } while (!state.compareAndSet(now, now + 1));
        return null;
    }

    /** A use has ended and its connection is closed. */
    void ended(SessionUse<?> use) {
        uses.remove(use);
        if (state.decrementAndGet() == CLOSING) {
            closed.tryEmitEmpty();
        }
    }

    PoolOptions options() {
        return options;
    }

    DataAccessListener listener() {
        return listener;
    }

    CommitListener commits() {
        return commits;
    }

    /** The client's listener and that of a caller's Context. */
    DataAccessListener listenerOf(CoreSubscriber<?> caller) {
        return Listeners.of(listener, caller.currentContext());
    }

    Scheduler timers() {
        return timers;
    }

    Node node() {
        return node;
    }

    /** Connections in use, including those being opened and closed. */
    public int inUse() {
        return state.get() & ~CLOSING;
    }

    /**
     * Refuses new uses, lets running uses end, and closes the remaining connections. Idempotent.
     *
     * @param patience how long it may take, as in {@link NodePool#close}; uses that still run then fail with {@link
     *     ClosedException}
     */
    public Mono<Void> close(Duration patience) {
        return Mono.defer(() -> {
            if (state.updateAndGet(now -> now | CLOSING) == CLOSING) {
                closed.tryEmitEmpty();
            }
            ShutdownBudget time = ShutdownBudget.of(patience);
            Mono<Void> ended = closed.asMono()
                    .timeout(
                            time.forWork(),
                            Mono.defer(() -> {
                                uses.forEach(use -> outside.execute(use::cutOff));
                                return closed.asMono();
                            }),
                            timers);
            return time.bound(ended, "session connections to " + node, timers);
        });
    }
}
