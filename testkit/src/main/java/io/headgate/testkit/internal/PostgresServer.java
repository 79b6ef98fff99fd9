package io.headgate.testkit.internal;

import io.headgate.testkit.ClusterSettings;

/** A PostgreSQL server: a {@link Server} with a data folder. */
public interface PostgresServer extends Server {

    /**
     * Creates the data folder of a new cluster with its superuser and settings, and leaves the server stopped. Called
     * once, before the first start.
     */
    void initialize();

    /**
     * Replaces the data folder, if there is one, by a base backup of a running server, set up as its streaming standby,
     * and leaves this server stopped.
     *
     * @param upstream a running server of the same runtime
     */
    void cloneFrom(PostgresServer upstream);

    /**
     * Sends SIGKILL to one of the server's processes.
     *
     * @param pid the process id as PostgreSQL itself sees it ({@code pg_backend_pid()})
     */
    void killBackend(int pid);

    /**
     * How a standby connects to this server.
     *
     * @param standbyName what this server's {@code pg_stat_replication.application_name} is to show
     * @return a value for the setting {@code primary_conninfo}
     */
    default String conninfoForStandby(String standbyName) {
        Address peer = peerAddress();
        return "host=" + peer.host() + " port=" + peer.port() + " user=" + ClusterSettings.SUPERUSER + " password="
                + ClusterSettings.SUPERUSER_PASSWORD + " application_name=" + standbyName + " sslmode=disable";
    }
}
