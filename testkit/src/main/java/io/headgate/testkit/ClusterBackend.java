package io.headgate.testkit;

/** Where the servers of a cluster run. */
public enum ClusterBackend {
    /** Processes on this machine, started from the embedded PostgreSQL binaries and a local PgBouncer. Linux only. */
    EMBEDDED,
    /**
     * One container a server; needs {@code org.testcontainers:testcontainers} on the class path and a Docker engine.
     *
     * <p>The images are {@code postgres:<version>}, {@code edoburu/pgbouncer:v1.24.1-p1} and, for {@link
     * PgBouncerRelease#LEGACY}, {@code edoburu/pgbouncer:1.18.0}. The system properties {@code headgate.testkit.image.postgres}
     * (without a tag it gets the version as its tag), {@code headgate.testkit.image.pgbouncer} and {@code
     * headgate.testkit.image.pgbouncer.legacy} name other images; the versions in them are checked. The script {@code
     * io/headgate/testkit/docker/make-images.sh} in this artifact builds local images if no registry can be reached.
     *
     * <p>A server that is stopped or killed refuses connections from this machine. The other servers of the cluster get no
     * answer from its address, as if the machine were off; with {@link #EMBEDDED} they are refused at once.
     */
    TESTCONTAINERS
}
