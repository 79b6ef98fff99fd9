package io.headgate.routing;

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

    /** The later of two positions of one cluster. */
    public Position max(Position other) {
        if (timeline != other.timeline) {
            return timeline > other.timeline ? this : other;
        }
        return lsn.compareTo(other.lsn) >= 0 ? this : other;
    }
}
