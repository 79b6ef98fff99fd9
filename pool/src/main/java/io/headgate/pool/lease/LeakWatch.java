package io.headgate.pool.lease;

import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.headgate.pool.LeaseReclaimedException;
import io.headgate.pool.PoolOptions;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports leases that are held for too long, each once, with the place where the work was assembled and its last statement.
 * Takes them away if {@link PoolOptions#reclaimAfter} is set. Called in the leases' event queue, except {@link #site}.
 *
 * <p>Recording a place costs up to 20 microseconds and 2 kB. So in each second only the first places are recorded. For some minutes
 * after a report without a place all are recorded: work that held a lease for too long will do so again.
 */
final class LeakWatch {

    private static final Logger logger = LoggerFactory.getLogger(LeakWatch.class);

    /** How many places are recorded in a second. At 20 microseconds each, that is 0.2 % of a core. */
    static final int PER_SECOND = 100;

    /** How long after a report every place is recorded. */
    static final Duration ALERT = Duration.ofMinutes(10);

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Node node;
    private final long reportAfter;
    private final long reclaimAfter;
    private final DataAccessListener listener;
    private final Executor outside;

    private final AtomicInteger recorded = new AtomicInteger();
    private volatile long second;
    private volatile long alertSince;

    /** @param outside runs the callers' code */
    LeakWatch(Node node, PoolOptions options, DataAccessListener listener, Executor outside, long now) {
        this.node = node;
        this.reportAfter = options.leakThreshold().toNanos();
        this.reclaimAfter = options.reclaimAfter().toNanos();
        this.listener = listener;
        this.outside = outside;
        this.second = now;
        this.alertSince = now - ALERT.toNanos();
    }

    /** The place that called the library, if it is to be recorded. Called by any thread. */
    AssemblySite site(long now) {
        if (reportAfter == 0 && reclaimAfter == 0) {
            return AssemblySite.NONE;
        }
        return isRecorded(now) ? AssemblySite.here() : AssemblySite.SKIPPED;
    }

    private boolean isRecorded(long now) {
        if (now - alertSince < ALERT.toNanos()) {
            return true;
        }
        if (now - second >= SECOND) {
            second = now;
            recorded.set(0);
        }
        // read first: a counter that all threads write at a high rate would be moved between cores
        return recorded.get() < PER_SECOND && recorded.getAndIncrement() < PER_SECOND;
    }

    void look(LeaseConnection connection, long now) {
        Borrower<?> holder = connection.holder();
        if (holder == null) {
            return;
        }
        long held = now - connection.lentAt();
        if (reportAfter > 0 && held >= reportAfter && holder.reportOnce()) {
            raiseAlert(holder, now);
            String report = describe(holder, held);
            // an appender that waits for this pool would stop its event queue
            outside.execute(() -> logger.warn("{}: {}", node, report));
            listener.leaseLeaked(node, report);
        }
        if (reclaimAfter > 0 && held >= reclaimAfter) {
            raiseAlert(holder, now);
            LeaseReclaimedException taken = new LeaseReclaimedException(node, describe(holder, held));
            outside.execute(() -> holder.reclaim(taken));
        }
    }

    private void raiseAlert(Borrower<?> holder, long now) {
        if (holder.site() == AssemblySite.SKIPPED) {
            alertSince = now;
        }
    }

    private static String describe(Borrower<?> holder, long held) {
        String last = holder.lastStatement();
        return "a lease has been held for " + Duration.ofNanos(held).toMillis() + " ms by work assembled at: "
                + holder.site() + "; " + (last == null ? "it ran no statement" : "it last ran: " + last);
    }
}
