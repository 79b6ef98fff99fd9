package io.headgate.routing;

/** Where reads go, if their consistency allows a choice. */
public enum ReadPreference {
    /** To a replica; to the primary if no replica can serve them. The default. */
    PREFER_REPLICA,
    /** To a replica, or they fail: the primary gets no reads of this client. */
    REPLICA_ONLY,
    /** To the primary. */
    PRIMARY_ONLY
}
