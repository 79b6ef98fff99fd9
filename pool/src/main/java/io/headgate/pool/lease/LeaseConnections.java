package io.headgate.pool.lease;

import io.headgate.core.error.ClosedException;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.observe.DataAccessListener.CloseReason;
import io.headgate.core.topology.Node;
import io.headgate.pool.PoolOptions;
import io.headgate.pool.PoolState;
import io.headgate.pool.concurrent.SerialQueue;
import io.headgate.pool.concurrent.Trampoline;
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
 * Opens connections for lending when they are needed, keeps idle ones, and closes those that are lost, too old, unused for
 * long, or too many.
 *
 * <p>Connections are opened when a borrower waits and none is idle, to keep the least number idle, and to keep the planned
 * number open. If a connection cannot be opened while others are open, borrowers wait for those. While none is open, each
 * failed attempt fails the first waiting borrower, and all fail at once when the node is known to accept no connections. A lent
 * connection that must be closed is closed when it comes back.
 *
 * <p>Belongs to the leases' {@link SerialQueue}: called from its events only. Signals of the driver become events of that
 * queue.
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
    private final Trampoline attempts = new Trampoline();
    private final BorrowerQueue waiting;
    private final Consumer<LeaseConnection> opened;

    private final ArrayDeque<LeaseConnection> idle = new ArrayDeque<>();
    private final Set<LeaseConnection> open = new HashSet<>();

    /** Connections that were closed or lost while lent; their borrowers may not know it yet. */
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

    /** @param opened takes a new connection, to lend it or to give it back to be kept */
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

    /** How many more connections may open; while no attempt may begin, those being opened. */
    int connectionsToCome() {
        return supply.mayConnect() ? Math.max(0, limit - open.size()) : connecting;
    }

    /** The highest number of connections; any thread may ask. */
    int limit() {
        return limit;
    }

    /** Whether it takes no more borrowers; any thread may ask. */
    boolean isClosing() {
        return closing;
    }

    /** Takes an idle connection that is usable; null when there is none. */
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

    /** Whether a new or returned connection may be lent; otherwise it is closed. */
    boolean takesBack(LeaseConnection connection) {
        if (gone.remove(connection)) {
            closedIfDone();
        }
        return open.contains(connection) && usable(connection);
    }

    /** The leases of the connections that are not idle; null for a connection whose work has not begun or has ended. */
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

    /** The borrowers that may wait for something on a connection. */
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

    /** Keeps a connection for which no borrower waits. */
    void keep(LeaseConnection connection) {
        if (closing) {
            closeSocket(connection);
        } else {
            // last in, first out: surplus connections stay idle, so their idle time shows
            idle.addFirst(connection);
        }
    }

    /** Opens as many connections as borrowers wait, within the limit and the back-off. */
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
                        // borrowers with a fallback must not wait for connections that may never open
                        waiting.letGoElsewhere(Borrower::canGoElsewhere);
                        connectForWaiting();
                    },
                    () -> {});
        }
        refuseInVain();
    }

    /** Fails the waiting borrowers when no connection can become available. */
    private void refuseInVain() {
        HeadgateException refusal;
        while (open.isEmpty() && !waiting.isEmpty() && (refusal = supply.refusal()) != null) {
            waiting.refuseFirst(refusal);
        }
    }

    /** Opens connections up to the minimum number of idle ones and the planned total. A failed attempt is repeated at the next call. */
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
                    // a borrower may have begun to wait for it
                    connectForWaiting();
                    done.run();
                },
                () -> replenish(done));
    }

    /** Whether connections are being opened and no attempt has ended for at least this time. */
    boolean opensInVain(long nanos) {
        return connecting > 0 && supply.now() - connectingSince >= nanos;
    }

    private void connect(Consumer<Throwable> refused, Runnable arrived) {
        if (connecting++ == 0) {
            connectingSince = supply.now();
        }
        // outside the queue, because it calls the application for credentials. An attempt that fails at once starts the
        // next one
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

    /** Changes the limit. */
    void resize(int leases) {
        limit = leases;
        sweep();
        connectForWaiting();
    }

    /** From now on keeps this many connections open, used or not. */
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

    /** Closes idle connections that are lost, too old or not needed for long. */
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
        // removed first, or its closing would count as a loss
        forget(connection, reason);
        if (gone.remove(connection)) {
            closedIfDone();
        }
        if (connection.driver().isOpen()) {
            closeSocket(connection);
        }
    }

    /** Outside the queue: statements in flight fail, and their callers are signalled. */
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

    /** Refuses waiting borrowers and closes idle connections; lent connections are closed when they come back. */
    void beginClose() {
        closing = true;
        waiting.refuseAll(() -> new ClosedException("the pool of " + node));
        LeaseConnection connection;
        while ((connection = idle.pollFirst()) != null) {
            closeSocket(connection);
        }
        closedIfDone();
    }

    /** Does not wait for connections that are being opened; each is closed when it arrives. */
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
