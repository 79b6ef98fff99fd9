package io.headgate.core.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks {@link SqlInvariants} on random texts, built from parts of the corpus and from difficult fragments.
 *
 * <p>Every run is the same. {@code HEADGATE_FUZZ_TEXTS} sets the number of texts (default 10,000) and {@code HEADGATE_FUZZ_SEED} the
 * seed. A failure shows its text. {@link SqlFuzzTest} searches further, guided by coverage.
 */
class SqlPropertyTest {
    private static final String[] FRAGMENTS = {
        "'",
        "''",
        "\"",
        "$$",
        "$a$",
        "$1",
        "$",
        "E'",
        "U&'",
        "U&\"",
        "/*",
        "*/",
        "--",
        "\n",
        ";",
        "(",
        ")",
        "[",
        "]",
        ",",
        ".",
        "..",
        ":",
        "::",
        ":=",
        "=>",
        "+",
        "-",
        "*",
        "/",
        "\\",
        "\0",
        "\u00a0",
        "é",
        "\ud83d",
        "0x",
        "1_",
        "1e",
        " AS ",
        " SELECT ",
        " FROM ",
        " FOR UPDATE ",
        " INTO ",
        " WITH ",
        " DELETE FROM ",
        " UPDATE ",
        " VALUES ",
        " TABLE ",
        " JOIN ",
        " ON ",
        " USING ",
        " CASE ",
        " END ",
        " GROUP BY ",
        " CUBE (",
        " SETS (",
        " DISTINCT ON (",
        " BEGIN ATOMIC ",
        " CREATE FUNCTION ",
        " EXPLAIN ANALYZE ",
        " COPY (",
        " SET ",
        " CAST(",
        " LIKE ",
        " UNION ",
        " nextval(",
        " RECURSIVE ",
        " SEARCH ",
        " CYCLE ",
        " MERGE INTO ",
        " LATERAL ",
        " ROWS FROM (",
        " UESCAPE "
    };

    private static int number(String variable, int fallback) {
        String value = System.getenv(variable);
        return value == null ? fallback : Integer.parseInt(value);
    }

    static Stream<String> corpus() {
        return SqlCorpusTest.corpus().stream().map(SqlCorpusTest.Entry::sql);
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void theCorpusKeepsTheInvariants(String sql) {
        SqlInvariants.check(sql);
    }

    @Test
    void splicedTextsKeepTheInvariants() {
        Random random = new Random(number("HEADGATE_FUZZ_SEED", 20_261));
        List<String> corpus = corpus().toList();
        int proven = 0;
        int texts = number("HEADGATE_FUZZ_TEXTS", 10_000);
        for (int i = 0; i < texts; i++) {
            String sql = spliced(corpus, random);
            SqlInvariants.check(sql);
            proven += SqlAnalyzer.analyze(sql).readOnlyProof().isProven() ? 1 : 0;
        }
        // If the analysis understood hardly any text, the invariants would prove little.
        assertThat(proven).isGreaterThan(texts / 50);
    }

    private static String spliced(List<String> corpus, Random random) {
        List<String> tokens = new ArrayList<>(tokens(pick(corpus, random)));
        int edits = 1 + random.nextInt(4);
        for (int edit = 0; edit < edits && !tokens.isEmpty(); edit++) {
            int at = random.nextInt(tokens.size());
            switch (random.nextInt(5)) {
                case 0 -> tokens.remove(at);
                case 1 -> tokens.add(at, FRAGMENTS[random.nextInt(FRAGMENTS.length)]);
                case 2 -> {
                    List<String> other = tokens(pick(corpus, random));
                    tokens.set(at, other.get(random.nextInt(other.size())));
                }
                case 3 -> {
                    List<String> other = tokens(pick(corpus, random));
                    int from = random.nextInt(other.size());
                    tokens.addAll(at, other.subList(from, from + random.nextInt(other.size() - from) + 1));
                }
                default -> {
                    tokens.add(at, "(");
                    tokens.add(at + 1 + random.nextInt(tokens.size() - at), ")");
                }
            }
        }
        return String.join("", tokens);
    }

    private static String pick(List<String> corpus, Random random) {
        return corpus.get(random.nextInt(corpus.size()));
    }

    private static List<String> tokens(String sql) {
        List<String> tokens = new ArrayList<>();
        SqlLexer lexer = new SqlLexer(sql);
        for (TokenType type = lexer.next(); type != TokenType.END; type = lexer.next()) {
            tokens.add(sql.substring(lexer.start(), lexer.end()));
        }
        return tokens;
    }

    /** A million characters take a fraction of a second. They would take several seconds if a step scanned the whole text repeatedly. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                ")",
                "'",
                "\"",
                "$",
                "$a",
                "$a$",
                "+-",
                "-+",
                "/*",
                "*/",
                "/",
                "'a' ",
                "'a'\n",
                "--\n",
                "1.",
                "1_",
                "$1",
                ";",
                ",",
                "a.",
                "f(",
                "a,",
                "(a),",
                "((",
                "::",
                "[",
                "SELECT ",
                "SELECT(",
                "(SELECT ",
                "FROM a,",
                "FROM (",
                "JOIN b ON ",
                "WITH a AS (",
                "a AS (SELECT 1),",
                "CASE ",
                "CREATE FUNCTION BEGIN ATOMIC ",
                "EXPLAIN ANALYZE ",
                "TABLE a ",
                "INTO x ",
                "FOR UPDATE ",
                "set_config(",
                "set_config(1,2,",
                "SET x;",
                "OPERATOR(a.",
                "DECLARE ",
                "COPY (",
                "U&\"\\",
                "é",
                "CREATE TEMP TABLE x ON COMMIT ;",
                "FROM a(",
                "USING (",
                "x AS (a,",
                "FROM x AS y(",
                "SELECT 1 FROM a b(",
                "GROUP BY GROUPING SETS ("
            })
    void longTextsTakeLinearTime(String unit) {
        String text = unit.repeat(1_000_000 / unit.length());
        // it takes one second, or several on a busy machine; quadratic time would take hours
        Duration bound = Duration.ofSeconds(30);
        assertTimeoutPreemptively(bound, () -> SqlAnalyzer.analyze(text));
        assertTimeoutPreemptively(bound, () -> SqlAnalyzer.analyze("SELECT * FROM t WHERE " + text));
    }
}
