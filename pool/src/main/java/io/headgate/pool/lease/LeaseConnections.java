package io.headgate.pool.lease;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.observe.DataAccessListener.CloseReason;
import io.headgate.core.topology.Node;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.PoolState;
import io.headgate.pool.concurrent.SerialQueue;
import io.headgate.pool.connection.ConnectionSupply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Opens the connections that are lent as they are wanted, keeps those that are idle, and closes them when they are lost, too
 * old, unused for long, or too many.
 *
 * <p>Connections are opened when a borrower waits and none is idle, to keep the least number idle, and to keep the planned
 * number open. While others are open, borrowers wait for those when one cannot be opened. While none is, each failed attempt
 * fails the first that waits, and all fail at once when the node is known to accept none. A connection that must go while it
 * is lent is closed when it comes back.
 *
 * <p>Belongs to the leases' {@link SerialQueue}: called from its events only. What the driver tells becomes an event of it.
 */
final class LeaseConnections {

    private static final Logger logger = LoggerFactory.getLogger(LeaseConnections.class);

    private static final int UNPLANNED = -1;

    /** How long a connection beyond the plan is kept, in case the load comes back. */
    private static final long PLANNED_IDLE = TimeUnit.SECONDS.toNanos(30);

    private final Node node;
    private final ConnectionSupply supply;
    private final PoolOptions options;
    private final SerialQueue events;

    /** Attempts to connect, so that one that fails at once and leads to the next does not deepen the stack. */
    private final SerialQueue attempts;

    private final BorrowerQueue waiting;
    private final Consumer<LeaseConnection> opened;

    private final ArrayDeque<LeaseConnection> idle = new ArrayDeque<>();
    private final Set<LeaseConnection> open = new HashSet<>();

    /** Closed or lost under those who have them, and who may not know it yet. */
    private final Set<LeaseConnection> gone = new HashSet<>();

    private int connecting;

    /** When the first of the attempts under way began, or the last attempt ended. */
    private long connectingSince;

    /** Written in events, read by each thread that asks for a connection. */
    private volatile int limit;

    private int keepOpen = UNPLANNED;
    private volatile boolean closing;
    private boolean outOfPatience;
    private final Sinks.Empty<Void> closed = Sinks.empty();

    /** @param opened takes a new connection, which is lent or comes back to be kept */
    LeaseConnections(
            Node node,
            ConnectionSupply supply,
            PoolOptions options,
            SerialQueue events,
            BorrowerQueue waiting,
            Consumer<LeaseConnection> opened) {
        this.node = node;
        this.supply = supply;
        this.options = options;
        this.events = events;
        this.attempts = new SerialQueue("connecting to " + node, () -> {});
        this.waiting = waiting;
        this.opened = opened;
        this.limit = options.maxLeases();
        supply.onLoss(() -> events.run(this::sweep));
        supply.onChange(() -> events.run(this::connectForWaiting));
    }

    PoolState state() {
        return new PoolState(open.size(), connecting, leased(), 0, 0, waiting.size(), limit, waiting.bound());
    }

    /** Connections that are not idle: lent, resetting, or being validated. */
    int leased() {
        return open.size() - idle.size();
    }

    /** How many more connections there may be than are open. */
    int connectionsToCome() {
        return supply.mayConnect() ? Math.max(0, limit - open.size()) : connecting;
    }

    /** Most connections there may be; any thread may ask. */
    int limit() {
        return limit;
    }

    /** Whether it takes no more borrowers; any thread may ask. */
    boolean isClosing() {
        return closing;
    }

    /** Takes an idle connection that may be lent; null when there is none. */
    @Nullable
    LeaseConnection takeIdle() {
        LeaseConnection connection;
        while ((connection = idle.pollFirst()) != null) {
            if (usable(connection)) {
                return connection;
            }
        }
        return null;
    }

    /** Whether a connection that is new or has come back may be lent; it is closed otherwise. */
    boolean takesBack(LeaseConnection connection) {
        if (gone.remove(connection)) {
            closedIfDone();
        }
        return open.contains(connection) && usable(connection);
    }

    /** The users of the connections that are not idle; null for one that is on its way to or from one. */
    List<@Nullable Lease> lent() {
        List<@Nullable Lease> lent = new ArrayList<>();
        for (LeaseConnection connection : open) {
            if (!idle.contains(connection)) {
                Borrower<?> holder = connection.holder();
                lent.add(holder == null ? null : holder.lease());
            }
        }
        return lent;
    }

    /** Those who may wait for something on a connection. */
    List<Borrower<?>> users() {
        return Stream.concat(open.stream(), gone.stream())
                .flatMap(connection -> connection.users().stream())
                .toList();
    }

    private boolean usable(LeaseConnection connection) {
        if (!connection.driver().isOpen()) {
            close(connection, CloseReason.LOST);
            return false;
        }
        CloseReason retired = supply.retirement(connection);
        if (retired == null && open.size() > limit) {
            retired = CloseReason.SHRUNK;
        }
        if (retired != null) {
            close(connection, retired);
            return false;
        }
        return true;
    }

    /** Whether a connection that is still lent could be kept if it came back now. */
    boolean mayStay(LeaseConnection connection) {
        return !closing
                && open.size() <= limit
                && connection.driver().isOpen()
                && open.contains(connection)
                && supply.retirement(connection) == null;
    }

    /** Keeps a connection that nobody waits for. */
    void keep(LeaseConnection connection) {
        if (closing) {
            closeSocket(connection);
        } else {
            // last in first out: those that are not needed stay idle and can be told
            idle.addFirst(connection);
        }
    }

    /** Opens as many connections as there are borrowers waiting, if there may be so many and the node may be asked. */
    void connectForWaiting() {
        while (!closing && connecting < waiting.size() && open.size() + connecting < limit && supply.mayConnect()) {
            connect(
                    error -> {
                        if (!supply.isFinal(error)) {
                            return;
                        }
                        if (open.isEmpty()) {
                            waiting.refuseFirst(error);
                        }
                        // those that could come are not to be waited for by who can do without
                        waiting.letGoElsewhere(Borrower::canGoElsewhere);
                        connectForWaiting();
                    },
                    () -> {});
        }
        refuseInVain();
    }

    /** Fails those that wait when no connection can come to them. */
    private void refuseInVain() {
        HeadgateException refusal;
        while (open.isEmpty() && !waiting.isEmpty() && (refusal = supply.refusal()) != null) {
            waiting.refuseFirst(refusal);
        }
    }

    /**
     * Opens connections up to the least number of idle ones, and the planned number of all. One that cannot be opened is
     * tried again next time.
     */
    void replenish(Runnable done) {
        int missing = Math.max(options.minIdle() - idle.size(), keepOpen - open.size());
        int wanted = Math.min(missing, limit - open.size()) - connecting;
        if (closing || wanted <= 0 || !supply.mayConnect()) {
            done.run();
            return;
        }
        connect(
                error -> {
                    logger.debug("no spare connection to {}: {}", node, error.toString());
                    // somebody may have come for it meanwhile
                    connectForWaiting();
                    done.run();
                },
                () -> replenish(done));
    }

    /** Whether connections are being opened, and none of the attempts has ended for so long. */
    boolean opensInVain(long nanos) {
        return connecting > 0 && supply.now() - connectingSince >= nanos;
    }

    private void connect(Consumer<Throwable> refused, Runnable arrived) {
        if (connecting++ == 0) {
            connectingSince = supply.now();
        }
        // outside the queue: it asks the application for credentials
        events.afterwards(() -> attempts.run(() -> supply.open(
                connection -> events.run(() -> {
                    attemptEnded();
                    connected(new LeaseConnection(connection));
                    arrived.run();
                }),
                error -> events.run(() -> {
                    attemptEnded();
                    refused.accept(error);
                    closedIfDone();
                }))));
    }

    private void attemptEnded() {
        connecting--;
        connectingSince = supply.now();
    }

    private void connected(LeaseConnection connection) {
        open.add(connection);
        connection
                .driver()
                .onClose()
                .subscribe(nothing -> {}, error -> {}, () -> events.run(() -> forget(connection, CloseReason.LOST)));
        opened.accept(connection);
        closedIfDone();
    }

    /** Allows another number of connections. */
    void resize(int leases) {
        limit = leases;
        sweep();
        connectForWaiting();
    }

    /** Keeps this many open from now on, used or not. */
    void keepOpen(int leases) {
        keepOpen = leases;
        replenish(() -> {});
    }

    void housekeep(LeakWatch leaks) {
        sweep();
        if (!open.isEmpty()) {
            replenish(() -> {});
        }
        for (LeaseConnection connection : Set.copyOf(open)) {
            leaks.look(connection, supply.now());
        }
    }

    /** Closes idle connections that must go, and those not needed for long. */
    private void sweep() {
        long now = supply.now();
        for (Iterator<LeaseConnection> each = idle.descendingIterator(); each.hasNext(); ) {
            LeaseConnection connection = each.next();
            @Nullable CloseReason reason = supply.retirement(connection);
            if (reason == null) {
                reason = superfluous(now - connection.idleSince());
            }
            if (reason != null) {
                each.remove();
                close(connection, reason);
            }
        }
    }

    private @Nullable CloseReason superfluous(long unused) {
        if (open.size() > limit) {
            return CloseReason.SHRUNK;
        }
        if (idle.size() <= options.minIdle() || open.size() <= keepOpen) {
            return null;
        }
        if (keepOpen != UNPLANNED && unused >= PLANNED_IDLE) {
            return CloseReason.SHRUNK;
        }
        return unused >= options.idleTimeout().toNanos() ? CloseReason.IDLE : null;
    }

    void close(LeaseConnection connection, CloseReason reason) {
        // forgotten first, else its closing counts as a loss
        forget(connection, reason);
        if (gone.remove(connection)) {
            closedIfDone();
        }
        if (connection.driver().isOpen()) {
            closeSocket(connection);
        }
    }

    /** Outside the queue: what is in flight fails with it, and callers are told. */
    private void closeSocket(LeaseConnection connection) {
        events.afterwards(() -> connection
                .driver()
                .close()
                .subscribe(
                        nothing -> {},
                        error -> logger.debug("closing a connection to {}: {}", node, error.toString())));
    }

    private void forget(LeaseConnection connection, CloseReason reason) {
        if (!open.remove(connection)) {
            return;
        }
        idle.remove(connection);
        if (!connection.users().isEmpty()) {
            gone.add(connection);
        }
        supply.left(connection, closing ? CloseReason.SHUTDOWN : reason);
        connectForWaiting();
        closedIfDone();
    }

    /** Refuses who waits, and closes what is idle; the rest closes as it comes back. */
    void beginClose() {
        closing = true;
        waiting.refuseAll();
        LeaseConnection connection;
        while ((connection = idle.pollFirst()) != null) {
            closeSocket(connection);
        }
        closedIfDone();
    }

    /** A connection still being opened is not waited for; it is closed when it arrives. */
    void closeAll() {
        outOfPatience = true;
        open.forEach(this::closeSocket);
        closedIfDone();
    }

    /** Completes when every connection is closed. */
    Mono<Void> closed() {
        return closed.asMono();
    }

    private void closedIfDone() {
        boolean nobodyWaits = connecting == 0 && gone.isEmpty();
        if (closing && open.isEmpty() && (nobodyWaits || outOfPatience)) {
            events.forCaller(closed::tryEmitEmpty);
        }
    }
}
