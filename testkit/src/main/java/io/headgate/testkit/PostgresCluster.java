package io.headgate.testkit;

import java.nio.file.Path;
import java.util.List;

/**
 * One PostgreSQL primary with streaming replicas, each optionally with a PgBouncer in front, as real servers.
 *
 * <p>Roles follow the operations made through this interface: the first node starts as primary,
 * {@link PostgresNode#promote()} makes another one the primary, {@link PostgresNode#follow(PostgresNode)} makes a node a
 * replica. A node that was killed keeps its role until one of those two is called.
 *
 * <p>Every operation blocks until it has taken effect, and throws {@link ClusterException} when that takes longer than the
 * cluster's patience (30 seconds). Operations on one node must not run concurrently; different nodes are independent of each
 * other.
 *
 * <p>The servers end with the JVM, however it ends, and their folder is removed.
 */
public interface PostgresCluster extends AutoCloseable {

    /**
     * Describes a cluster before it is started.
     *
     * @return a builder with every option at its default: PostgreSQL 18, no replicas, no PgBouncer
     */
    static PostgresClusterBuilder builder() {
        return new PostgresClusterBuilder();
    }

    /**
     * The node that holds the primary role, running or not.
     *
     * @return the primary
     */
    PostgresNode primary();

    /**
     * The nodes that hold the replica role, running or not.
     *
     * @return every node but the primary, in the order of {@link #nodes()}
     */
    List<PostgresNode> replicas();

    /**
     * All nodes.
     *
     * @return the nodes in the order they were created; the first one started as primary
     */
    List<PostgresNode> nodes();

    /**
     * Waits until every running replica has replayed all the WAL that the primary had written when this was called.
     *
     * @throws ClusterException when a replica does not catch up, for example because its replay is paused or because it follows
     *     another node
     */
    void awaitReplicasCaughtUp();

    /**
     * Undoes every fault: heals proxies, resumes frozen servers, starts stopped ones, resumes replay and PgBouncers, and gives
     * the primary role back to the first node. Data that another node wrote as primary is lost. Other tables and rows are not
     * changed. Costs a few round trips when nothing is broken.
     */
    void reset();

    /**
     * The certificate of the authority that signed the servers' certificate.
     *
     * @return a PEM file, there until {@link #close()}
     * @throws IllegalStateException when the cluster was started without {@code tls(true)}
     */
    Path caCertificate();

    /**
     * The certificate of an authority that signed nothing, for tests that expect verification to fail.
     *
     * @return a PEM file, there until {@link #close()}
     * @throws IllegalStateException when the cluster was started without {@code tls(true)}
     */
    Path unrelatedCaCertificate();

    /** Stops all servers and removes their files. Idempotent. */
    @Override
    void close();
}
