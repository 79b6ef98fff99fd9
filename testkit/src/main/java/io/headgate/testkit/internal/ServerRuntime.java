package io.headgate.testkit.internal;

import java.util.Optional;

/**
 * Runs the servers of one cluster: as processes on this machine, or as containers.
 *
 * <p>A runtime knows nothing of roles, SQL or resets: the cluster on top of it does these over JDBC. It must ensure that no
 * server outlives the JVM, however that ends.
 */
public interface ServerRuntime extends AutoCloseable {

    /**
     * Describes a PostgreSQL server; nothing is started.
     *
     * @param name its name, unique in the cluster
     * @return the server, without a data folder yet
     */
    PostgresServer postgres(String name);

    /**
     * Describes a PgBouncer; nothing is started.
     *
     * @param name its name, unique in the cluster
     * @param target the server it pools connections to; has been started before
     * @return the server
     */
    Server pgbouncer(String name, PostgresServer target);

    /**
     * The certificates that the servers use.
     *
     * @return empty when the cluster is without TLS
     */
    Optional<ServerCertificates> certificates();

    /** Ends all servers and removes their files. Idempotent; never throws. */
    @Override
    void close();
}
