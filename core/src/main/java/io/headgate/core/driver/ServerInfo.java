package io.headgate.core.driver;

import io.headgate.core.topology.Role;

/** What a connection leads to, as found by trying at login. Immutable. */
public final class ServerInfo {

    private final int versionNumber;
    private final boolean pooled;
    private final boolean namedStatements;
    private final boolean inRecovery;

    private ServerInfo(int versionNumber, boolean pooled, boolean namedStatements, boolean inRecovery) {
        this.versionNumber = versionNumber;
        this.pooled = pooled;
        this.namedStatements = namedStatements;
        this.inRecovery = inRecovery;
    }

    /**
     * PostgreSQL of a version: a primary that is reached directly and keeps prepared statements.
     *
     * @param versionNumber {@code server_version_num}: 180006 for 18.6
     */
    public static ServerInfo of(int versionNumber) {
        return new ServerInfo(versionNumber, false, true, false);
    }

    /** This with {@link #pooled()}. */
    public ServerInfo pooled(boolean behindPooler) {
        return new ServerInfo(versionNumber, behindPooler, namedStatements, inRecovery);
    }

    /** This with {@link #namedStatements()}. */
    public ServerInfo namedStatements(boolean kept) {
        return new ServerInfo(versionNumber, pooled, kept, inRecovery);
    }

    /** This with {@link #inRecovery()}. */
    public ServerInfo inRecovery(boolean replica) {
        return new ServerInfo(versionNumber, pooled, namedStatements, replica);
    }

    /** {@code server_version_num}: 180006 for 18.6. */
    public int versionNumber() {
        return versionNumber;
    }

    /** Whether a transaction pooler stands between: the process id of the wire is not the backend's. */
    public boolean pooled() {
        return pooled;
    }

    /**
     * Whether the connection keeps prepared statements, because they survive from one transaction to the next; otherwise each
     * statement is complete in itself.
     */
    public boolean namedStatements() {
        return namedStatements;
    }

    /** Whether the server was a replica at login. */
    public boolean inRecovery() {
        return inRecovery;
    }

    /** The server's role at login. */
    public Role role() {
        return inRecovery ? Role.REPLICA : Role.PRIMARY;
    }

    @Override
    public String toString() {
        return "ServerInfo[version=" + versionNumber + ", pooled=" + pooled + ", namedStatements=" + namedStatements
                + ", inRecovery=" + inRecovery + "]";
    }
}
