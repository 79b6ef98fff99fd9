package io.headgate.testkit;

/** Which PgBouncer stands in front of each node; the two differ in their support of prepared statements. */
public enum PgBouncerRelease {
    /** 1.21 or newer: named prepared statements survive transaction pooling. */
    CURRENT,
    /** Older than 1.21 (1.18 on Debian 12): named prepared statements are passed on untouched and collide. */
    LEGACY
}
