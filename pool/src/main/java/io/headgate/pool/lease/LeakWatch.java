package io.headgate.pool.lease;

import io.headgate.core.observe.DataAccessListener;
import io.headgate.core.topology.Node;
import io.headgate.pool.LeaseReclaimedException;
import io.headgate.pool.PoolOptions;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports leases that are held for too long, each once, with the place where the work was assembled and its last statement.
 * Takes them away if {@link PoolOptions#reclaimAfter} is set. Called in the leases' event queue.
 */
public final class LeakWatch {

    private static final Logger logger = LoggerFactory.getLogger(LeakWatch.class);

    private final Node node;
    private final long reportAfter;
    private final long reclaimAfter;
    private final DataAccessListener listener;
    private final Executor outside;

    /** @param outside runs the callers' code */
    public LeakWatch(Node node, PoolOptions options, DataAccessListener listener, Executor outside) {
        this.node = node;
        this.reportAfter = options.leakThreshold().toNanos();
        this.reclaimAfter = options.reclaimAfter().toNanos();
        this.listener = listener;
        this.outside = outside;
    }

    void look(LeaseConnection connection, long now) {
        Borrower<?> holder = connection.holder();
        if (holder == null) {
            return;
        }
        long held = now - connection.lentAt();
        if (reportAfter > 0 && held >= reportAfter && holder.reportOnce()) {
            String report = describe(holder, held);
            logger.warn("{}: {}", node, report);
            listener.leaseLeaked(node, report);
        }
        if (reclaimAfter > 0 && held >= reclaimAfter) {
            LeaseReclaimedException taken = new LeaseReclaimedException(node, describe(holder, held));
            outside.execute(() -> holder.reclaim(taken));
        }
    }

    private static String describe(Borrower<?> holder, long held) {
        String last = holder.lastStatement();
        return "a lease has been held for " + Duration.ofNanos(held).toMillis() + " ms by work assembled at "
                + holder.site() + "; " + (last == null ? "it ran no statement" : "it last ran: " + last);
    }
}
