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
                "SELECT set_config('a','b',false) | SESSION_SETTING | 7 | set_config(..., false) | set_config(..., true)",
                "LISTEN c | LISTEN | 0 | LISTEN | pool in session mode",
                "DECLARE c CURSOR WITH HOLD FOR SELECT 1 | CURSOR_WITH_HOLD | 17 | DECLARE ... WITH HOLD | without hold",
                "PREPARE p AS SELECT 1 | PREPARED_STATEMENT | 0 | PREPARE | driver's protocol",
                "EXECUTE p | PREPARED_STATEMENT | 0 | EXECUTE | driver's protocol",
                "DEALLOCATE p | PREPARED_STATEMENT | 0 | DEALLOCATE | driver's protocol",
                "CREATE TEMP TABLE t (a int) | TEMPORARY_OBJECT | 0 | CREATE TEMP TABLE | ON COMMIT DROP",
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
                    .contains("position " + position, "transaction mode")
                    .endsWith(violation.alternative());
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
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
