package io.headgate.testkit;

/** Where the servers of a cluster run. */
public enum ClusterBackend {
    /** Processes on this machine, started from the embedded PostgreSQL binaries and a local PgBouncer. Linux only. */
    EMBEDDED,
    /** One container a server; needs Testcontainers on the class path and a Docker engine. */
    TESTCONTAINERS
}
