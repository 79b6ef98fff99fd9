package io.headgate.routing.topology;

import io.headgate.core.topology.Lsn;

/**
 * A place in the log of a cluster, which a read must not be behind. Positions of one timeline compare by their LSN; those of two timelines
 * compare only where one descends from the other.
 *
 * @param systemId identifies the cluster
 * @param timeline the timeline on which it was seen, from 1
 * @param lsn the position in the log
 */
public record Position(long systemId, int timeline, Lsn lsn) {

    /**
     * Whether another position is later: of a later timeline, or further on the same. A position of another cluster is later too: the client
     * has been pointed to it since.
     */
    public boolean isBefore(Position other) {
        if (systemId != other.systemId || timeline != other.timeline) {
            return systemId != other.systemId || timeline < other.timeline;
        }
        return lsn.compareTo(other.lsn) < 0;
    }

    /** Whether another position is further on the same timeline of the same cluster. */
    public boolean isBehindOnSameTimeline(Position other) {
        return systemId == other.systemId && timeline == other.timeline && lsn.compareTo(other.lsn) < 0;
    }
}
