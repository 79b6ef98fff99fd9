package io.headgate.core.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.sql.TransactionModeViolation.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionModeRulesTest {
    private static List<TransactionModeViolation> violations(String sql) {
        return SqlAnalyzer.analyze(sql).transactionModeViolations();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SET work_mem = 1 | SESSION_SETTING | 0 | SET work_mem | SET LOCAL",
                "SET SESSION my.thing = 1 | SESSION_SETTING | 0 | SET my.thing | SET LOCAL",
                "RESET ALL | SESSION_SETTING | 0 | RESET all | SET LOCAL",
                "SET ROLE r | SESSION_ROLE | 0 | SET ROLE | SET LOCAL ROLE",
                "SET SESSION AUTHORIZATION r | SESSION_ROLE | 0 | SET SESSION AUTHORIZATION | SET LOCAL ROLE",
                "RESET SESSION AUTHORIZATION | SESSION_ROLE | 0 | RESET SESSION AUTHORIZATION | SET LOCAL ROLE",
                "SELECT set_config('a','b',false) | SESSION_SETTING | 7 | set_config(...) without a literal true | set_config(..., true)",
                "UPDATE pg_settings SET setting = '' | SESSION_SETTING | 0 | UPDATE pg_settings | SET LOCAL",
                "SELECT setseed(.5) | SESSION_SETTING | 7 | setseed() | leave the seed out",
                "SELECT app.set_limit(.5) | SESSION_SETTING | 7 | set_limit() | SET LOCAL pg_trgm.similarity_threshold",
                "SELECT lastval() | SESSION_SEQUENCE | 7 | lastval() | INSERT ... RETURNING",
                "SELECT * FROM pg_catalog.\"currval\"($1) | SESSION_SEQUENCE | 14 | currval() | INSERT ... RETURNING",
                "SELECT U&\"pg!005fcatalog\" UESCAPE '!'.U&\"l!0061stval\" UESCAPE '!' () | SESSION_SEQUENCE | 7 | lastval() "
                        + "| INSERT ... RETURNING",
                "SELECT ('s'::regclass).currval | SESSION_SEQUENCE | 23 | currval() | INSERT ... RETURNING",
                "SELECT dblink_connect('a') | REMOTE_CONNECTION | 7 | dblink_connect() | the connection string itself",
                "SELECT x.dblink_send_query('a', 'b') | REMOTE_CONNECTION | 7 | dblink_send_query() | dblink_exec",
                "SELECT pg_backup_start('a') | SESSION_REPLICATION | 7 | pg_backup_start() | sessionConnection",
                "SELECT pg_create_logical_replication_slot('a', 'b', true) | SESSION_REPLICATION | 7 "
                        + "| pg_create_logical_replication_slot(..., temporary) | sessionConnection",
                "LISTEN c | LISTEN | 0 | LISTEN | sessionConnection",
                "DECLARE c CURSOR WITH HOLD FOR SELECT 1 | CURSOR_WITH_HOLD | 17 | DECLARE ... WITH HOLD | without hold",
                "PREPARE p AS SELECT 1 | PREPARED_STATEMENT | 0 | PREPARE | driver's protocol",
                "EXECUTE p | PREPARED_STATEMENT | 0 | EXECUTE | driver's protocol",
                "DEALLOCATE p | PREPARED_STATEMENT | 0 | DEALLOCATE | driver's protocol",
                "CREATE TEMP TABLE t (a int) | TEMPORARY_OBJECT | 0 | CREATE TEMP TABLE | ON COMMIT DROP",
                "CREATE OPERATOR pg_temp.## (FUNCTION = int4pl) | TEMPORARY_OBJECT | 0 | CREATE OPERATOR in pg_temp "
                        + "| ON COMMIT DROP",
                "CREATE OPERATOR CLASS pg_temp.c FOR TYPE int USING btree AS STORAGE int "
                        + "| TEMPORARY_OBJECT | 0 | CREATE OPERATOR in pg_temp | ON COMMIT DROP",
                "CREATE TEXT SEARCH CONFIGURATION pg_temp.c (COPY = simple) "
                        + "| TEMPORARY_OBJECT | 0 | CREATE TEXT in pg_temp | ON COMMIT DROP",
                "CREATE TABLE pg_temp.t (a int) | TEMPORARY_OBJECT | 0 | CREATE TABLE in pg_temp | ON COMMIT DROP",
                "SELECT 1 INTO TEMP t | TEMPORARY_OBJECT | 9 | SELECT INTO TEMP | ON COMMIT DROP",
                "LOAD 'x' | LOAD | 0 | LOAD | session_preload_libraries",
                "SELECT 1, pg_advisory_lock(2) | SESSION_ADVISORY_LOCK | 10 | pg_advisory_lock() | pg_advisory_xact_lock",
                "DISCARD ALL | DISCARD | 0 | DISCARD | leave it out",
            })
    void namesThePlaceTheRuleAndTheWayOut(String sql, Kind kind, int position, String what, String alternative) {
        assertThat(violations(sql)).singleElement().satisfies(violation -> {
            assertThat(violation.kind()).isEqualTo(kind);
            assertThat(violation.position()).isEqualTo(position);
            assertThat(violation.what()).isEqualTo(what);
            assertThat(violation.alternative()).contains(alternative);
            assertThat(violation.message())
                    .startsWith(what)
                    .contains("position " + (position + 1), "transaction mode")
                    .endsWith(violation.alternative());
        });
    }

    /** If the text does not show that a setting is local, it counts as one of the session. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "$3",
                "false",
                "'f'",
                "null",
                "NOT true",
                "true AND $3",
                "'t'::text",
                "'true'::text::bool",
                "(true)",
                "x",
                "true::bool = $3",
                "$$t$$",
                "'maybe'",
                "is_local => $3",
                "is_local := false",
                "coalesce(true, $3)",
                "E't'",
                "true::bool[]"
            })
    void aSettingIsTheSessionsUnlessItIsVisiblyLocal(String argument) {
        assertThat(violations("SELECT set_config('a', $1, " + argument + ")"))
                .singleElement()
                .extracting(TransactionModeViolation::kind)
                .isEqualTo(Kind.SESSION_SETTING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'a', $1, true",
                "'a', $1, TRUE",
                "'a', $1, 't'",
                "'a', ' on'::text || $2, true",
                "'a', f($1, b[2, 3]), 'Yes'",
                "'a', $1, true::bool",
                "'a', $1, 'on'::pg_catalog.bool",
                "is_local := true, setting_name := 'a', new_value := $1",
                "'a', (SELECT max(x) FROM t), true"
            })
    void aVisibleTrueIsLocal(String arguments) {
        assertThat(violations("SELECT set_config(" + arguments + ")")).isEmpty();
    }

    @Test
    void onlyTheSequenceOfTheSessionIsFineInATransaction() {
        assertThat(violations(
                        "SELECT lastval(), currval('a'), setseed(1), set_config('a', 'b', false), dblink_connect('a'),"
                                + " pg_advisory_lock(1), pg_backup_start('x')"))
                .extracting(TransactionModeViolation::holdsInTransaction)
                .containsExactly(false, false, true, true, true, true, true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT app.lastval(), app.setseed(1), app.set_config('a', 'b', false), app.pg_advisory_lock(1)",
                "SELECT \"LastVal\"(), lastval, t.currval FROM t",
                "UPDATE app.pg_settings SET setting = 1",
                "SELECT * FROM pg_settings",
                "SELECT pg_create_physical_replication_slot('a'), pg_create_logical_replication_slot('a', 'b', false)",
                "SELECT * FROM dblink('dbname=a', 'SELECT 1') AS t(a int)",
                "SELECT dblink_exec('dbname=a', 'DELETE FROM t'), pg_export_snapshot(), txid_current(), pg_backend_pid()",
                "SELECT pg_notify('a', 'b'), postgres_fdw_disconnect_all(), pg_listening_channels(), show_limit()",
                "EXPLAIN SELECT lastval()",
                "SET LOCAL work_mem = '1MB'",
                "SET TRANSACTION READ ONLY",
                "SELECT set_config('a', 'b', true)",
                "NOTIFY c",
                "DECLARE c CURSOR FOR SELECT 1",
                "CREATE TEMP TABLE t (a int) ON COMMIT DROP",
                "SELECT pg_advisory_xact_lock(1), pg_try_advisory_xact_lock_shared(2)",
                "PREPARE TRANSACTION 'x'",
                "SELECT 'SET x = 1; LISTEN c'",
                "DO $$ BEGIN PERFORM pg_advisory_lock(1); END $$",
            })
    void whatEndsWithTheTransactionPasses(String sql) {
        assertThat(violations(sql)).isEmpty();
    }

    @Test
    void allViolationsAreListedInTheOrderOfTheText() {
        assertThat(violations("LISTEN a; SET b = 1; SELECT pg_advisory_unlock_all()"))
                .extracting(TransactionModeViolation::position)
                .containsExactly(0, 10, 28);
    }
}
