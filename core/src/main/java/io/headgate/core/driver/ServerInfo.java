package io.headgate.core.driver;

import io.headgate.core.topology.Role;

/** The server behind a connection, as probed at login. Immutable. */
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
     * A PostgreSQL primary that is reached directly and keeps prepared statements.
     *
     * @param versionNumber {@code server_version_num}: 180006 for 18.6
     */
    public static ServerInfo of(int versionNumber) {
        return new ServerInfo(versionNumber, false, true, false);
    }

    /** A copy with {@link #pooled()} set. */
    public ServerInfo pooled(boolean behindPooler) {
        return new ServerInfo(versionNumber, behindPooler, namedStatements, inRecovery);
    }

    /** A copy with {@link #namedStatements()} set. */
    public ServerInfo namedStatements(boolean kept) {
        return new ServerInfo(versionNumber, pooled, kept, inRecovery);
    }

    /** A copy with {@link #inRecovery()} set. */
    public ServerInfo inRecovery(boolean replica) {
        return new ServerInfo(versionNumber, pooled, namedStatements, replica);
    }

    /** {@code server_version_num}: 180006 for 18.6. */
    public int versionNumber() {
        return versionNumber;
    }

    /** Whether a transaction pooler is in between: the process id sent at login is not the backend's. */
    public boolean pooled() {
        return pooled;
    }

    /**
     * Whether named prepared statements survive from one transaction to the next, so that the connection keeps them. If not, every
     * statement is parsed each time.
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
