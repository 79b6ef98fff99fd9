package io.headgate.core.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.headgate.core.sql.ReadOnlyProof.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlAnalyzerTest {
    private static ReadOnlyProof proof(String sql) {
        return SqlAnalyzer.analyze(sql).readOnlyProof();
    }

    @Test
    void tellsEachStatementsKindAndPlace() {
        String sql = " SELECT 1 ; ; UPDATE t SET a = ';' -- end\n";
        SqlAnalysis analysis = SqlAnalyzer.analyze(sql);
        assertThat(analysis.kind()).isEqualTo(StatementKind.MULTIPLE);
        assertThat(analysis.isSingle()).isFalse();
        assertThat(analysis.statements())
                .extracting(span -> span.kind() + ":" + sql.substring(span.start(), span.end()))
                .containsExactly("SELECT:SELECT 1", "UPDATE:UPDATE t SET a = ';'");
    }

    @Test
    void anEmptyTextHoldsNoStatement() {
        SqlAnalysis analysis = SqlAnalyzer.analyze("");
        assertThat(analysis.kind()).isEqualTo(StatementKind.EMPTY);
        assertThat(analysis.statements()).isEmpty();
        assertThat(analysis.isSingle()).isFalse();
        assertThat(analysis.hasAllParameters()).isTrue();
    }

    @Test
    void aFunctionBodyIsPartOfItsStatement() {
        SqlAnalysis analysis =
                SqlAnalyzer.analyze("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE 2 WHEN 2 THEN 3"
                        + " END; END; SELECT 4");
        assertThat(analysis.statements())
                .extracting(StatementSpan::kind)
                .containsExactly(StatementKind.DDL, StatementKind.SELECT);
    }

    @Test
    void parametersOfAFunctionAreNotThoseOfTheText() {
        assertThat(SqlAnalyzer.analyze("CREATE FUNCTION f(int) RETURNS int RETURN $1")
                        .highestParameter())
                .isZero();
        assertThat(SqlAnalyzer.analyze("PREPARE p AS SELECT $2").highestParameter())
                .isZero();
    }

    @Test
    void parametersAreCountedPastTheWidthOfAWord() {
        StringBuilder sql = new StringBuilder("SELECT $200");
        for (int i = 199; i > 0; i--) {
            sql.append(", $").append(i);
        }
        assertThat(SqlAnalyzer.analyze(sql.toString()).hasAllParameters()).isTrue();
        assertThat(SqlAnalyzer.analyze(sql.toString().replace(" $70,", "")).hasAllParameters())
                .isFalse();
        assertThat(SqlAnalyzer.analyze("SELECT $99999999999999999999").highestParameter())
                .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void aProofNamesTheFunctionsThatAreLeftToCheck() {
        ReadOnlyProof proof = proof("SELECT lower(a), music.score(b) FROM t");
        assertThat(proof.isProven()).isTrue();
        assertThat(proof.functionsToCheck()).containsExactly(new SqlName(null, "lower"), new SqlName("music", "score"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT nextval('s') | it calls nextval, which writes",
                "SELECT * FROM t FOR UPDATE | it locks the rows it reads (a FOR UPDATE or FOR SHARE clause)",
                "SELECT * INTO x FROM t | SELECT INTO creates a table",
                "WITH d AS (DELETE FROM t RETURNING 1) SELECT 1 | it holds a statement that writes: DELETE",
                "COPY t TO PROGRAM 'x' | it writes a file or runs a program on the server",
            })
    void aRefutationSaysWhy(String sql, String reason) {
        assertThat(proof(sql)).extracting(ReadOnlyProof::verdict).isEqualTo(Verdict.REFUTED);
        assertThat(proof(sql).reason()).isEqualTo(reason);
        assertThat(proof(sql).functionsToCheck()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT (1 | a parenthesis is not closed",
                "SELECT 1)) | a closing parenthesis has no opening one",
                "SELECT (1), ((2) | a parenthesis is not closed",
                "SELECT 1; SELECT 2 | it holds more than one statement",
                "CALL p() | a procedure may write",
                "SELECT query_to_xml('x', true, true, '') | it calls query_to_xml, which runs SQL given as text",
                "WITH x (SELECT 1) SELECT 2 | it has a WITH list that was not understood",
            })
    void aDoubtSaysWhy(String sql, String reason) {
        assertThat(proof(sql)).extracting(ReadOnlyProof::verdict).isEqualTo(Verdict.UNKNOWN);
        assertThat(proof(sql).reason()).isEqualTo(reason);
    }

    @Test
    void queriesNestedTooDeepForRecursionAreLeftInDoubt() {
        assertThat(proof(nested(150)).isProven()).isTrue();
        assertThat(proof(nested(100_000)).reason()).contains("nested more than");
        String groups = "SELECT * FROM " + "(".repeat(100_000) + "t" + ")".repeat(100_000);
        assertThat(proof(groups).reason()).contains("nested more than");
    }

    private static String nested(int depth) {
        return "SELECT * FROM (".repeat(depth) + "SELECT 1" + ") x".repeat(depth);
    }

    @Test
    void parenthesesInExpressionsMayNestWithoutLimit() {
        String sql = "SELECT " + "(".repeat(50_000) + "f(1)" + ")".repeat(50_000);
        assertThat(proof(sql).isProven()).isTrue();
        assertThat(SqlAnalyzer.analyze(sql).functions()).containsExactly(new SqlName(null, "f"));
    }

    @Test
    void aWriteAfterAProvenReadIsNeverProven() {
        for (SqlCorpusTest.Entry entry : SqlCorpusTest.corpus()) {
            assertThat(proof(entry.sql() + "\n; DELETE FROM t").isProven())
                    .as(entry.sql())
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"BEGIN", "commit", "SAVEPOINT a", "SELECT 1; ROLLBACK", "PREPARE TRANSACTION 'x'"})
    void transactionControlIsSeen(String sql) {
        assertThat(SqlAnalyzer.analyze(sql).isTransactionControl()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT begin",
                "SET TRANSACTION READ ONLY",
                "CREATE FUNCTION f() BEGIN ATOMIC END",
                "PREPARE a AS SELECT 1"
            })
    void whatOnlySoundsLikeTransactionControlIsNot(String sql) {
        assertThat(SqlAnalyzer.analyze(sql).isTransactionControl()).isFalse();
    }

    @Test
    void resultsCannotBeChanged() {
        SqlAnalysis analysis = SqlAnalyzer.analyze("INSERT INTO a SELECT f(1) FROM b; LISTEN c");
        List<Runnable> changes = List.of(
                () -> analysis.tablesRead().clear(),
                () -> analysis.tablesWritten().clear(),
                () -> analysis.functions().clear(),
                () -> analysis.transactionModeViolations().clear(),
                () -> analysis.statements().clear());
        for (Runnable change : changes) {
            assertThat(catchThrowable(change::run)).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void namesAreWrittenWithQuotesOnlyWhereNeeded() {
        assertThat(new SqlName("music", "track_2$")).hasToString("music.track_2$");
        assertThat(new SqlName("Music", "a\"b")).hasToString("\"Music\".\"a\"\"b\"");
        assertThat(new SqlName(null, "2x")).hasToString("\"2x\"");
        assertThat(new SqlName(null, "")).hasToString("\"\"");
    }
}
