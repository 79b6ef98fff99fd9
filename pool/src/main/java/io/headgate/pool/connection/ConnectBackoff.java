package io.headgate.pool.connection;

import io.headgate.core.error.ConfigurationException;
import io.headgate.core.error.ConnectFailedException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.topology.Node;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Limits the attempts to connect to a node that does not accept connections.
 *
 * <p>States: up and down. While the node is up, any number of attempts run at once. A failed attempt makes it down. Then one
 * attempt runs at a time. The first begins at once, because a single failure may be chance. Each further attempt begins after a
 * pause that doubles from {@link #FIRST_PAUSE} to {@link #LONGEST_PAUSE}. A random part of it, at most half, is subtracted, so
 * that the clients of a fleet do not connect at the same time. Any success makes the node up again.
 *
 * <p>Callers fail at once during a pause, and when an attempt hangs for longer than {@link #PATIENCE}. An attempt begins only
 * when a connection is requested; timers only notify the listeners.
 *
 * Safe for use by many threads; no other code runs under the lock. Listeners run on the thread that ends an attempt, or on a
 * timer's.
 *
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">M. Brooker, Exponential Backoff
 *     and Jitter</a>
 */
public final class ConnectBackoff {

    /** A restart of the server takes longer than this; the loss of a single packet does not. */
    public static final Duration FIRST_PAUSE = Duration.ofMillis(25);

    /**
     * Clients work again within a second of the node's return: this pause, plus the same time to connect. Each client then
     * makes two to four attempts a second, which is no load for a server that starts up.
     */
    public static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    /** How long callers wait for an attempt while the node is down: enough to connect and log in across an ocean. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Logger logger = LoggerFactory.getLogger(ConnectBackoff.class);

    /**
     * The state of the node as far as it is known.
     *
     * @param pending attempts under way that began while the node was up
     * @param probing whether an attempt that began while the node was down is under way
     * @param failures consecutive failed attempts; 0 while the node is up
     * @param since when the first of them failed
     * @param notBefore when the next attempt may begin; while one is under way, the time until which callers wait for it
     * @param error the error of the last failed attempt
     */
    private record State(
            int pending,
            boolean probing,
            int failures,
            long since,
            long notBefore,
            @Nullable Throwable error) {

        boolean isUp() {
            return failures == 0;
        }

        boolean allows(long now) {
            return isUp() || (!probing && now - notBefore >= 0);
        }

        /** Whether a connection may become available soon. */
        boolean isHopeful(long now) {
            return isUp() || pending > 0 || (probing ? now - notBefore < 0 : allows(now));
        }

        State begun(long now) {
            return isUp()
                    ? new State(pending + 1, probing, failures, since, notBefore, error)
                    : new State(pending, true, failures, since, now + PATIENCE.toNanos(), error);
        }

        /** This state without the attempt that has ended. */
        State without(boolean probe) {
            return probe
                    ? new State(pending, false, failures, since, since, error)
                    : new State(pending - 1, probing, failures, since, notBefore, error);
        }

        State failed(boolean probe, Throwable why, long now, double jitter) {
            if (isUp()) {
                return new State(pending, probing, 1, now, now, why);
            }
            // of attempts that began together only the first failure counts
            return probe ? new State(pending, probing, failures + 1, since, now + pause(failures, jitter), why) : this;
        }
    }

    private final Node node;
    private final LongSupplier clock;
    private final DoubleSupplier random;
    private final Scheduler timers;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    /** Changed by {@link #update} only. */
    private volatile State state = new State(0, false, 0, 0, 0, null);

    /**
     * @param clock gives nanoseconds since some moment
     * @param random gives values from 0 to 1
     */
    public ConnectBackoff(Node node, LongSupplier clock, DoubleSupplier random, Scheduler timers) {
        this.node = node;
        this.clock = clock;
        this.random = random;
        this.timers = timers;
    }

    /** Adds a listener. It runs when an attempt that changes the state has ended, and when a pause is over. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Whether an attempt may begin now. */
    boolean mayConnect() {
        return state.allows(clock.getAsLong());
    }

    /**
     * The error for callers that have no connection to wait for. Null while an attempt may begin, or while callers may wait for
     * an attempt under way.
     */
    @Nullable
    HeadgateException refusal() {
        State now = state;
        return now.isHopeful(clock.getAsLong()) ? null : refusal(now);
    }

    /** The error of the last failed attempt; null while the node is up. */
    @Nullable
    Throwable lastError() {
        return state.error();
    }

    /** Changes the state and returns the previous one. */
    private synchronized State update(UnaryOperator<State> change) {
        State before = state;
        state = change.apply(before);
        return before;
    }

    private HeadgateException refusal(State now) {
        Throwable error = now.error();
        String last = error == null ? "" : String.valueOf(error.getMessage());
        String why = "not tried again yet after " + now.failures() + " failed attempts, the last: " + last;
        return error instanceof ConfigurationException
                ? new ConfigurationException("cannot connect to " + node + ": " + why, error)
                : new ConnectFailedException(node, why, error);
    }

    /**
     * Makes an attempt at each subscription, within the limits; fails at once when no attempt may begin.
     *
     * @param connect makes the attempt; ends with a value or an error
     */
    public <T> Mono<T> limit(Mono<T> connect) {
        return Mono.defer(() -> {
            long now = clock.getAsLong();
            State before = update(earlier -> earlier.allows(now) ? earlier.begun(now) : earlier);
            if (!before.allows(now)) {
                return Mono.error(refusal(before));
            }
            Attempt attempt = new Attempt(!before.isUp());
            if (!before.isUp()) {
                timers.schedule(this::changed, PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
            }
            return connect.doOnSuccess(opened -> attempt.succeeded())
                    .doOnError(attempt::failed)
                    .doOnCancel(attempt::givenUp)
                    // the attempt's subscriber is signalled before the listeners
                    .doAfterTerminate(this::changed);
        });
    }

    /** One attempt; it ends once. */
    private final class Attempt {

        private final boolean probe;
        private final AtomicBoolean ended = new AtomicBoolean();

        Attempt(boolean probe) {
            this.probe = probe;
        }

        void succeeded() {
            if (!ended.compareAndSet(false, true)) {
                return;
            }
            State before = update(now -> {
                State left = now.without(probe);
                return new State(left.pending(), left.probing(), 0, 0, 0, null);
            });
            if (!before.isUp()) {
                logger.info(
                        "{} accepts connections again after {} ms and {} failed attempts",
                        node,
                        TimeUnit.NANOSECONDS.toMillis(clock.getAsLong() - before.since()),
                        before.failures());
            }
        }

        void failed(Throwable error) {
            if (!ended.compareAndSet(false, true)) {
                return;
            }
            long now = clock.getAsLong();
            double jitter = random.getAsDouble();
            State before = update(earlier -> earlier.without(probe).failed(probe, error, now, jitter));
            if (before.isUp()) {
                logger.warn("{} does not accept connections: {}", node, error.toString());
            } else if (probe) {
                timers.schedule(ConnectBackoff.this::changed, pause(before.failures(), jitter), TimeUnit.NANOSECONDS);
            }
        }

        void givenUp() {
            if (ended.compareAndSet(false, true)) {
                update(now -> now.without(probe));
                changed();
            }
        }
    }

    /** @param failures previous failures, 1 or more */
    private static long pause(int failures, double jitter) {
        long doubled = FIRST_PAUSE.toNanos() << Math.min(failures - 1, 10);
        return (long) (Math.min(doubled, LONGEST_PAUSE.toNanos()) * (1 - jitter / 2));
    }

    private void changed() {
        listeners.forEach(Runnable::run);
    }
}
