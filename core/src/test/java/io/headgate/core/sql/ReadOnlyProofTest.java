package io.headgate.core.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which texts are proven to read by the text alone. */
class ReadOnlyProofTest {

    private static ReadOnlyProof proof(String sql) {
        return SqlAnalyzer.analyze(sql).readOnlyProof();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "SELECT name FROM users WHERE id = $1",
                "SELECT count(*), max(price) FROM orders GROUP BY lower(city)",
                "SELECT pg_catalog.lower(name), \"upper\"(name), coalesce(a, b) FROM users",
                "SELECT now(), random(), gen_random_uuid(), pg_sleep(1), pg_backend_pid()",
                "WITH a AS (SELECT row_number() OVER (ORDER BY id) FROM users) SELECT * FROM a, generate_series(1, 3)",
                "SHOW work_mem",
                "EXPLAIN DELETE FROM users",
                "VALUES (1)",
                "TABLE users",
                "SELECT json_object('a' VALUE (1)), sum(a) OVER (ORDER BY b ROWS (1) PRECEDING) FROM users",
                "SELECT * FROM xmltable('/r' PASSING (a) COLUMNS b int) x, users",
            })
    void aTextThatCallsNothingButHarmlessBuiltInsIsProvenByItself(String sql) {
        assertThat(proof(sql).isProvenByTextAlone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT my_func(1)",
                "SELECT lower(my_func(1))",
                "SELECT public.lower(name) FROM users",
                "SELECT pg_catalog.my_func(1)",
                "SELECT \"Lower\"(name) FROM users",
                "SELECT * FROM my_func(1)",
                "SELECT uuid_generate_v4()",
                "SELECT value(1), passing(a), rows(2) FROM users",
                "SELECT xmlexists('/a' PASSING BY REF value(a)) FROM users",
                "SELECT * FROM xmltable('/r' PASSING (a) COLUMNS b int PATH value(1)) x, users",
            })
    void aTextThatCallsAnotherFunctionIsProvenOnlyOnCondition(String sql) {
        assertThat(proof(sql).isProven()).isTrue();
        assertThat(proof(sql).isProvenByTextAlone()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 FROM users FOR UPDATE",
                "SELECT 1 FROM users FOR SHARE OF users NOWAIT",
                "SELECT 1 FROM users FOR NO KEY UPDATE SKIP LOCKED",
                "SELECT 1 FROM users FOR KEY SHARE",
                "SELECT nextval('s')",
                "SELECT pg_advisory_xact_lock(1)",
                "SELECT pg_notify('a', 'b')",
                "SELECT lo_get(1)",
                "SELECT query_to_xml('SELECT f()', true, true, '')",
                "SELECT table_to_xml('v', true, true, '')",
                "SELECT schema_to_xml('public', true, true, '')",
                "EXPLAIN EXECUTE p(nextval('s'))",
                "SELECT 1 INTO t",
                "WITH d AS (DELETE FROM users RETURNING 1) SELECT * FROM d",
                "EXPLAIN ANALYZE UPDATE users SET a = 1",
                "UPDATE users SET a = 1",
                "CALL p()",
                "DO $$ BEGIN END $$",
                "VACUUM",
                "LOCK users",
                "NOTIFY c",
                "SELECT 1; SELECT 2",
                "",
            })
    void whatWritesLocksOrIsNotUnderstoodIsNotProvenByItself(String sql) {
        assertThat(proof(sql).isProvenByTextAlone()).isFalse();
    }
}
