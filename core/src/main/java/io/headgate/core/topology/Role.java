package io.headgate.core.topology;

/** What a PostgreSQL server is within its cluster. */
public enum Role {
    /** It accepts writes. */
    PRIMARY,
    /** It is in recovery: it replays the writes of a primary and serves reads only. */
    REPLICA
}
