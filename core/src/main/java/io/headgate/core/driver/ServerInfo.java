package io.headgate.core.driver;

/**
 * What a connection leads to, as found by trying at login.
 *
 * @param versionNumber {@code server_version_num}: 180006 for 18.6
 * @param pooled whether a transaction pooler stands between: the process id of the wire is not the backend's
 * @param namedStatements whether the connection keeps prepared statements, because they survive from one transaction to the
 *     next; otherwise each statement is complete in itself
 * @param inRecovery whether the server was a replica
 */
public record ServerInfo(int versionNumber, boolean pooled, boolean namedStatements, boolean inRecovery) {}
