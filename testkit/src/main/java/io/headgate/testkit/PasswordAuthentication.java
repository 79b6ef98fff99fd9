package io.headgate.testkit;

/** How clients prove their password to PostgreSQL and to PgBouncer. */
public enum PasswordAuthentication {
    /** SCRAM-SHA-256, PostgreSQL's default since version 14. */
    SCRAM,
    /** MD5, which PostgreSQL 18 still accepts but deprecates. */
    MD5
}
