package io.headgate.routing;

import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.Outcome;
import io.headgate.routing.topology.Topology;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** No node can serve a call, and none could within the time that it may wait. Nothing was executed. */
public final class NodeUnavailableException extends HeadgateException {

    private static final long serialVersionUID = 1L;

    NodeUnavailableException(Route.Reason reason, Duration waited, Topology known, @Nullable Throwable last) {
        this(reason, waited.isZero() ? "" : ", and this did not change within " + waited, known, last);
    }

    /** @param then follows the reason */
    NodeUnavailableException(Route.Reason reason, String then, Topology known, @Nullable Throwable last) {
        super(text(reason) + then + "; " + known, last, Outcome.NOT_EXECUTED, !known.isMisconfigured(), false);
    }

    private static String text(Route.Reason reason) {
        return switch (reason) {
            case NO_PRIMARY -> "no primary can be reached";
            case NEWER_TIMELINE -> "the session has seen a primary that is newer than all known nodes";
            case PRIMARY_FULL ->
                "no replica can serve this read, and the primary has all the reads that it takes in place of replicas (maxReadsOnPrimary)";
            case NO_POSITIONS ->
                "the database does not tell positions, so replicas serve reads at eventual consistency only, and the primary takes none (REPLICA_ONLY)";
            case LAG -> "all replicas are too far behind, and the primary takes no reads (REPLICA_ONLY)";
            default -> "no replica can serve this read, and the primary takes none (REPLICA_ONLY)";
        };
    }
}
