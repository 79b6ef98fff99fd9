package io.headgate.core.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.error.Effect;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementEffectTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT title FROM track WHERE id = $1",
                "TABLE track",
                "VALUES (1)",
                "WITH t AS (SELECT 1) SELECT * FROM t",
                "SELECT count(*), lower(title) FROM track GROUP BY 2"
            })
    void aReadByItsTextAloneChangesNothing(String sql) {
        assertThat(StatementCatalog.of(sql).effect()).isEqualTo(Effect.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT a_function_of_somebody(1) FROM track",
                "SELECT * FROM track FOR UPDATE",
                "SELECT nextval('s')",
                "INSERT INTO track VALUES (1)",
                "UPDATE track SET id = 1",
                "DELETE FROM track",
                "MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE",
                "WITH t AS (DELETE FROM track RETURNING *) SELECT * FROM t",
                "COPY track FROM STDIN",
                "TRUNCATE track",
                "EXPLAIN ANALYZE DELETE FROM track",
                "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
                "CREATE TABLE t (id int)",
                "create unlogged table t (id int)",
                "CREATE TABLE t AS SELECT 1",
                "CREATE UNIQUE INDEX i ON t (id)",
                "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "/* a comment */ DROP TABLE t",
                "ALTER TABLE t ADD COLUMN c int",
                "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
                "GRANT SELECT ON t TO app",
                "COMMENT ON TABLE t IS 'x'",
                "NOTIFY channel"
            })
    void oneImplicitTransactionIsUndoneAsAWhole(String sql) {
        assertThat(StatementCatalog.of(sql).effect()).isEqualTo(Effect.ATOMIC);
    }

    /** PostgreSQL refuses each in a transaction block, or it runs code that may commit, or it is not known. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CALL p()",
                "DO $$ BEGIN COMMIT; END $$",
                "INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)",
                "VACUUM",
                "VACUUM ANALYZE t",
                "ANALYZE",
                "CLUSTER",
                "REINDEX INDEX CONCURRENTLY i",
                "REINDEX DATABASE d",
                "CREATE INDEX CONCURRENTLY i ON t (id)",
                "create unique index concurrently i on t (id)",
                "DROP INDEX CONCURRENTLY i",
                "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
                "CREATE DATABASE d",
                "DROP DATABASE d",
                "ALTER DATABASE d SET TABLESPACE t",
                "CREATE TABLESPACE t LOCATION '/t'",
                "DROP TABLESPACE t",
                "ALTER SYSTEM SET work_mem = '1GB'",
                "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
                "DROP SUBSCRIPTION s",
                "CHECKPOINT",
                "DISCARD ALL",
                "COMMIT",
                "COMMIT PREPARED 'x'",
                "REASSIGN OWNED BY a TO b",
                "SELECT dblink_exec('dbname=x', 'INSERT INTO t VALUES (1)')",
                "SELECT * FROM public.dblink('dbname=x', 'SELECT 1') AS t(a int)",
                "INSERT INTO t SELECT dblink_exec('c', 'DELETE FROM u')",
                "WHATEVER COMES NEXT"
            })
    void whatMayCommitOnItsWayIsPiecemeal(String sql) {
        assertThat(StatementCatalog.of(sql).effect()).isEqualTo(Effect.PIECEMEAL);
    }
}
