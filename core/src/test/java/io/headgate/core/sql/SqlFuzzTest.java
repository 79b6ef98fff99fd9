package io.headgate.core.sql;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Searches, guided by coverage, for texts that break {@link SqlInvariants}.
 *
 * <p>A normal test run only replays the inputs in the {@code SqlFuzzTestInputs} resources. To search, run one method at a time with
 * {@code JAZZER_FUZZ=1 mvn test -pl core -Dtest=SqlFuzzTest#anyTextKeepsTheInvariants}. Findings are saved as further inputs; the
 * search's corpus stays in {@code core/.cifuzz-corpus}.
 */
class SqlFuzzTest {
    private static final String[] WORDS = {
        "SELECT ",
        "FROM ",
        "WITH ",
        "AS ",
        "(",
        ")",
        ",",
        ";",
        "a",
        "b.c",
        "f(",
        "1",
        "$1",
        "'x'",
        "\"q\"",
        "FOR UPDATE ",
        "INTO ",
        "DELETE FROM ",
        "UPDATE ",
        "SET ",
        "INSERT INTO ",
        "VALUES ",
        "JOIN ",
        "ON ",
        "USING ",
        "WHERE ",
        "GROUP BY ",
        "ORDER BY ",
        "UNION ",
        "CASE ",
        "WHEN ",
        "THEN ",
        "END ",
        "DISTINCT ",
        "TABLE ",
        "COPY ",
        "TO STDOUT ",
        "EXPLAIN ",
        "ANALYZE ",
        "CREATE ",
        "FUNCTION ",
        "BEGIN ",
        "ATOMIC ",
        "TEMP ",
        "RECURSIVE ",
        "MATERIALIZED ",
        "NOT ",
        "SEARCH ",
        "DEPTH ",
        "FIRST ",
        "BY ",
        "CYCLE ",
        "MERGE INTO ",
        "LATERAL ",
        "ROWS ",
        "GROUPING ",
        "SETS ",
        "CUBE ",
        "OVER ",
        "FILTER ",
        "LIKE ",
        "OPERATOR ",
        ".",
        "::",
        "[",
        "]",
        "=",
        "=>",
        "nextval(",
        "DECLARE ",
        "CURSOR ",
        "HOLD ",
        "$$",
        "/*",
        "*/",
        "--",
        "\n",
        "'"
    };

    @FuzzTest(maxDuration = "10m")
    void anyTextKeepsTheInvariants(FuzzedDataProvider data) {
        SqlInvariants.check(data.consumeRemainingAsString());
    }

    @FuzzTest(maxDuration = "10m")
    void anySequenceOfWordsKeepsTheInvariants(FuzzedDataProvider data) {
        StringBuilder sql = new StringBuilder();
        while (data.remainingBytes() > 0) {
            sql.append(WORDS[data.consumeInt(0, WORDS.length - 1)]);
        }
        SqlInvariants.check(sql.toString());
    }
}
