package io.headgate.pool.session;

import io.headgate.core.SqlSession;
import io.headgate.core.driver.DriverConnection;
import io.headgate.core.driver.support.EarlyEnd;
import io.headgate.core.error.ClosedException;
import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectionLostException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.observe.DataAccessListener.CloseReason;
import io.headgate.core.reactive.CaughtSignals;
import io.headgate.pool.concurrent.CallerSignals;
import io.headgate.pool.lease.Lease;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One use of a session connection: opens it, runs the work, closes it.
 *
 * <p>States: opening, using, cut off, ended. Every move is one compare-and-set. The connection is closed exactly once: by the
 * thread that ends the use, or on its arrival if the use ended before. An attempt to open is never cancelled, because a
 * connection that arrives at that moment would have no owner. The caller is signalled after the connection has closed.
 */
final class SessionUse<T> implements CoreSubscriber<T>, Subscription {

    private static final Logger logger = LoggerFactory.getLogger(SessionUse.class);

    /** How long a driver may take to close a connection; drivers close the socket after a second by themselves. */
    static final Duration CLOSING = Duration.ofSeconds(5);

    private enum State {
        OPENING,
        USING,
        CUT_OFF,
        ENDED
    }

    private final SessionConnections connections;
    private final CoreSubscriber<? super T> actual;
    private final CallerSignals<T> caller;
    private final Context context;
    private final Function<? super SqlSession, ? extends Publisher<T>> work;
    private final Operators.DeferredSubscription inner = new Operators.DeferredSubscription();
    private final AtomicReference<State> state = new AtomicReference<>(State.OPENING);
    private volatile @Nullable Lease lease;

    /** The connection was open when its closing began here: it was not lost. */
    private volatile boolean closing;

    private long since;

    SessionUse(
            SessionConnections connections,
            CoreSubscriber<? super T> actual,
            Function<? super SqlSession, ? extends Publisher<T>> work) {
        this.connections = connections;
        this.actual = actual;
        this.caller = new CallerSignals<>(actual);
        this.context = CaughtSignals.withDroppedErrorHook(actual.currentContext(), this::threw);
        this.work = work;
    }

    void open(Mono<DriverConnection> connect) {
        since = System.nanoTime();
        connect.subscribe(this::opened, this::failedToOpen, () -> {}, actual.currentContext());
    }

    /** The caller threw before anything was opened. */
    void neverOpened(Throwable thrown) {
        boolean wanted = state.getAndSet(State.ENDED) == State.OPENING;
        connections.ended(this);
        if (wanted) {
            caller.error(thrown);
        }
    }

    private void failedToOpen(Throwable error) {
        boolean waiting = state.compareAndSet(State.OPENING, State.ENDED);
        connections.ended(this);
        if (waiting) {
            connections.listenerOf(actual).acquireFailed(connections.node(), error, actual.currentContext());
            caller.error(error);
        }
    }

    private void opened(DriverConnection connection) {
        DataAccessListener listener = connections.listener();
        long took = System.nanoTime() - since;
        listener.connectionOpened(connections.node(), took);
        connection
                .onClose()
                .subscribe(nothing -> {}, error -> {}, () -> listener.connectionClosed(connections.node(), reason()));
        Lease lent = new Lease(connection, () -> {}, connections.commits(), this::threw);
        lease = lent;
        // entered before any thread can end the use: the connection must not be closed while the work is being started
        lent.gate().enter();
        try {
            if (state.compareAndSet(State.OPENING, State.USING)) {
                connections.listenerOf(actual).acquired(connections.node(), took, actual.currentContext());
                start(lent);
            } else {
                close(connection, () -> {});
            }
        } finally {
            lent.gate().leave();
        }
    }

    private CloseReason reason() {
        if (!closing) {
            return CloseReason.LOST;
        }
        return state.get() == State.CUT_OFF ? CloseReason.SHUTDOWN : CloseReason.USED;
    }

    private void start(Lease lent) {
        if (lent.connection().server().pooled()) {
            onError(
                    new ConfigurationException(
                            "the session node " + connections.node()
                                    + " leads through a pooler, where no session lasts; give sessionNode the address of PostgreSQL itself"));
            return;
        }
        Mono<T> lost = lent.connection()
                .onClose()
                .then(Mono.error(() -> new ConnectionLostException(
                        connections.node(),
                        "it was closed under a session, and what the session held is gone",
                        Outcome.UNKNOWN,
                        null)));
        try {
            Publisher<T> publisher = Objects.requireNonNull(
                    work.apply(new LeasedSession(lent, connections.options(), connections.timers())),
                    "the work returned no publisher");
            EarlyEnd.of(publisher, lost).subscribe(this);
        } catch (Throwable thrown) {
            // includes linkage errors: Reactor throws them instead of signalling them
            threw(thrown);
        }
    }

    /** The caller or the work threw from a signal. */
    private void threw(Throwable error) {
        CaughtSignals.cancelQuietly(inner);
        onError(error);
    }

    /** Ends the use in any state, because the client closes. Statements sent so far may have taken effect. */
    void cutOff() {
        if (state.compareAndSet(State.OPENING, State.CUT_OFF)) {
            caller.error(new ClosedException("the client"));
            return;
        }
        if (state.compareAndSet(State.USING, State.CUT_OFF)) {
            // signalled when nothing more can be sent
            giveBack(() -> caller.error(new ClosedException("the client", outcome())));
            CaughtSignals.cancelQuietly(inner);
        }
    }

    private Outcome outcome() {
        Lease lent = lease;
        return lent == null || lent.lastStatement() == null ? Outcome.NOT_EXECUTED : Outcome.UNKNOWN;
    }

    @Override
    public void request(long n) {
        inner.request(n);
    }

    @Override
    public void cancel() {
        CaughtSignals.cancelQuietly(inner);
        State before = state.getAndUpdate(now -> now == State.CUT_OFF ? now : State.ENDED);
        if (before == State.OPENING || before == State.USING) {
            connections.listener().cancelled(connections.node());
        }
        if (before == State.USING) {
            giveBack(() -> {});
        }
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        inner.set(subscription);
    }

    @Override
    public void onNext(T value) {
        caller.next(value, this::threw);
    }

    @Override
    public void onError(Throwable error) {
        if (state.compareAndSet(State.USING, State.ENDED)) {
            giveBack(() -> caller.error(error));
        } else if (state.get() != State.CUT_OFF && !(error instanceof HeadgateException)) {
            // a caller that gave up needs no error of a statement; other errors of the work are reported
            Operators.onErrorDropped(error, actual.currentContext());
        }
    }

    @Override
    public void onComplete() {
        if (state.compareAndSet(State.USING, State.ENDED)) {
            giveBack(() -> caller.complete(null));
        }
    }

    private void giveBack(Runnable afterwards) {
        Lease lent = lease;
        if (lent != null) {
            lent.gate().shut(() -> close(lent.connection(), afterwards));
        }
    }

    private void close(DriverConnection connection, Runnable afterwards) {
        closing = connection.isOpen();
        Runnable closed = () -> {
            connections.ended(this);
            afterwards.run();
        };
        connection
                .close()
                .timeout(CLOSING, connections.timers())
                .subscribe(
                        nothing -> {},
                        error -> {
                            logger.debug(
                                    "closing a session connection to {}: {}", connections.node(), error.toString());
                            closed.run();
                        },
                        closed,
                        actual.currentContext());
    }
}
