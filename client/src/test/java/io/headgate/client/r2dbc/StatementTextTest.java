package io.headgate.client.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.IsolationLevel;
import io.headgate.core.SqlStatement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE | SERIALIZABLE",
                "/* a */ set transaction read only, isolation  level repeatable  read; | REPEATABLE_READ",
                "SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE | READ_COMMITTED",
                "SET LOCAL TRANSACTION ISOLATION LEVEL READ UNCOMMITTED | READ_UNCOMMITTED",
                "SET LOCAL transaction_isolation = 'serializable' | SERIALIZABLE",
                "SET TRANSACTION READ ONLY |",
                "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE |",
                "SET LOCAL app.note = 'ISOLATION LEVEL SERIALIZABLE' |",
                "SELECT 'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE' |"
            })
    void knowsTheIsolationLevelThatItSets(String sql, IsolationLevel level) {
        assertThat(StatementText.read(sql).isolation()).isEqualTo(level);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INSERT INTO t VALUES (1)              | INSERT INTO t VALUES (1) RETURNING id, \"a b\"",
                "INSERT INTO t VALUES (1);             | INSERT INTO t VALUES (1) RETURNING id, \"a b\"",
                "UPDATE t SET a = 'RETURNING' -- note  | UPDATE t SET a = 'RETURNING' RETURNING id, \"a b\"",
                "WITH w AS (DELETE FROM u RETURNING *) INSERT INTO t SELECT * FROM w"
                        + " | WITH w AS (DELETE FROM u RETURNING *) INSERT INTO t SELECT * FROM w RETURNING id, \"a b\"",
            })
    void addsReturningWhereTheStatementEnds(String sql, String expected) {
        assertThat(StatementText.read(sql).returning("id", "a b")).isEqualTo(expected);
    }

    @Test
    void quotesWhatIsNoPlainName() {
        StatementText text = StatementText.read("DELETE FROM t");
        assertThat(text.returning()).isEqualTo("DELETE FROM t RETURNING *");
        assertThat(text.returning("\"Id\"", "x; DROP TABLE t", "a\"b"))
                .isEqualTo("DELETE FROM t RETURNING \"Id\", \"x; DROP TABLE t\", \"a\"\"b\"");
    }

    @ParameterizedTest
    @CsvSource({"SELECT 1", "CREATE TABLE t (a int)", "DELETE FROM t RETURNING a", "INSERT INTO t VALUES (1); SELECT 2"
    })
    void refusesReturningWhereItCannotBe(String sql) {
        StatementText text = StatementText.read(sql);
        assertThatThrownBy(() -> text.returning("id"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(text.single().text());
    }

    @Test
    void dividesATextOfSeveralStatements() {
        StatementText text = StatementText.read("SELECT ';' ; -- one\n SELECT 2;");
        assertThat(text.isSingle()).isFalse();
        assertThat(text.statements()).extracting(SqlStatement::text).containsExactly("SELECT ';'", "SELECT 2");
        assertThat(text.isQuery()).isFalse();
    }

    @Test
    void knowsWhatACursorMayReadAlone() {
        assertThat(StatementText.read("SELECT a FROM t").onlyReads()).isTrue();
        assertThat(StatementText.read("SELECT f(a) FROM t").onlyReads()).isFalse();
        assertThat(StatementText.read("SELECT a FROM t FOR UPDATE").onlyReads()).isFalse();
        assertThat(StatementText.read("INSERT INTO t VALUES (1) RETURNING a").isQuery())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SET search_path TO a, b          | SET LOCAL search_path TO a, b",
                "set session search_path = a      | SET LOCAL search_path = a",
                "/* one */ -- SET two\\n SET x = 1 | /* one */ -- SET two\\n SET LOCAL x = 1",
                "SET session.x = 1                | SET LOCAL session.x = 1",
                "SET ROLE r                       | SET LOCAL ROLE r",
                "SET SESSION AUTHORIZATION r      | SET LOCAL SESSION AUTHORIZATION r",
                "SET TIME ZONE 'UTC'              | SET LOCAL TIME ZONE 'UTC'",
                "SET LOCAL x = 1                  | SET LOCAL x = 1",
                "SET TRANSACTION READ ONLY        | SET TRANSACTION READ ONLY",
                "SET/**/x = 1                     | SET/**/x = 1",
                "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
                        + " | SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
                "UPDATE t SET x = 1               | UPDATE t SET x = 1",
            })
    void makesSettingsLocal(String sql, String expected) {
        assertThat(StatementText.read(sql.replace("\\n", "\n")).setLocal()).isEqualTo(expected.replace("\\n", "\n"));
    }
}
