package io.headgate.core.sql;

/** Kinds of statements. For a text with a WITH list, the kind is that of the main statement. */
public enum StatementKind {
    /** {@code SELECT}, {@code SELECT ... INTO} included. */
    SELECT,
    /** {@code VALUES (...)} as a whole statement. */
    VALUES,
    /** {@code TABLE name}. */
    TABLE,
    /** {@code INSERT}. */
    INSERT,
    /** {@code UPDATE}. */
    UPDATE,
    /** {@code DELETE}. */
    DELETE,
    /** {@code MERGE}. */
    MERGE,
    /** {@code COPY} in either direction. */
    COPY,
    /** {@code TRUNCATE}. */
    TRUNCATE,
    /** Changes to the catalog: {@code CREATE}, {@code ALTER}, {@code DROP}, {@code GRANT}, {@code COMMENT} and the like. */
    DDL,
    /** {@code EXPLAIN} that only plans its statement. */
    EXPLAIN,
    /** {@code EXPLAIN ANALYZE}, which runs its statement. */
    EXPLAIN_ANALYZE,
    /** {@code SET} for the session: {@code SET x}, {@code SET SESSION ...}, {@code SET ROLE}. */
    SET,
    /** {@code SET} for the transaction: {@code SET LOCAL}, {@code SET TRANSACTION}, {@code SET CONSTRAINTS}. */
    SET_LOCAL,
    /** {@code RESET}. */
    RESET,
    /** {@code SHOW}. */
    SHOW,
    /** {@code BEGIN}, {@code COMMIT}, {@code ROLLBACK}, {@code SAVEPOINT}, {@code PREPARE TRANSACTION} and the like. */
    TRANSACTION_CONTROL,
    /** {@code LISTEN}. */
    LISTEN,
    /** {@code UNLISTEN}. */
    UNLISTEN,
    /** {@code NOTIFY}. */
    NOTIFY,
    /** SQL's {@code PREPARE name AS}. */
    PREPARE,
    /** SQL's {@code EXECUTE name}. */
    EXECUTE,
    /** {@code DEALLOCATE}. */
    DEALLOCATE,
    /** {@code DECLARE ... CURSOR}. */
    DECLARE,
    /** {@code FETCH} from a cursor. */
    FETCH,
    /** {@code MOVE} of a cursor. */
    MOVE,
    /** {@code CLOSE} of a cursor. */
    CLOSE,
    /** {@code CALL} of a procedure. */
    CALL,
    /** {@code DO} with a code block. */
    DO,
    /** {@code VACUUM}, {@code ANALYZE}, {@code CLUSTER}, {@code REINDEX}, {@code CHECKPOINT}. */
    MAINTENANCE,
    /** {@code LOCK TABLE}. */
    LOCK,
    /** {@code DISCARD}. */
    DISCARD,
    /** {@code LOAD}. */
    LOAD,
    /** {@code REFRESH MATERIALIZED VIEW}. */
    REFRESH,
    /** No statement: only white space, comments and semicolons. */
    EMPTY,
    /** More than one statement; see {@link SqlAnalysis#statements()} for each. */
    MULTIPLE,
    /** A statement that the analysis does not know. */
    UNKNOWN
}
