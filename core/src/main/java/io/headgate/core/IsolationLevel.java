package io.headgate.core;

/**
 * The isolation levels that PostgreSQL accepts.
 *
 * @see <a href="https://www.postgresql.org/docs/current/transaction-iso.html">PostgreSQL, Transaction Isolation</a>
 */
public enum IsolationLevel {
    /** PostgreSQL runs it as {@link #READ_COMMITTED} but reports this name. Present for interfaces that have it, such as R2DBC. */
    READ_UNCOMMITTED("READ UNCOMMITTED"),
    /** Each statement sees the data committed before it began. PostgreSQL's default. */
    READ_COMMITTED("READ COMMITTED"),
    /** All statements see one snapshot; a conflicting update fails with SQLSTATE 40001. */
    REPEATABLE_READ("REPEATABLE READ"),
    /** Transactions have the same effect as if they ran one after the other; a conflict fails with SQLSTATE 40001. */
    SERIALIZABLE("SERIALIZABLE");

    private final String sql;

    IsolationLevel(String sql) {
        this.sql = sql;
    }

    /** The level's name in SQL. */
    public String sql() {
        return sql;
    }
}
