package io.headgate.client.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.headgate.core.IsolationLevel;
import io.headgate.core.SqlStatement;
import io.headgate.core.sql.StatementKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is read of texts that are put together from known parts, with any blanks and comments, and of any other texts. */
class StatementTextPropertyTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 500_000 : 10_000;

    private static final List<String> BLANKS = List.of(" ", "  ", "\n", "\t ", "\r\n\n", "   \n ");
    private static final List<String> COMMENTS =
            List.of("", "", " ", "/* SET x; */", "-- a\n", "/* /* b */ ; */ ", "\n\t");
    private static final List<String> SETTINGS = List.of(
            "search_path = a, b",
            "session.x = 1",
            "x TO 'SET SESSION  x'",
            "TIME ZONE 'UTC'",
            "ROLE r",
            "SESSION AUTHORIZATION r",
            "SESSION \n AUTHORIZATION r");
    private static final List<String> QUERIES = List.of(
            "SELECT 1",
            "SELECT ';' AS \";\"",
            "VALUES (1, $$;$$)",
            "TABLE t",
            "SHOW x",
            "CREATE TABLE t (a int)",
            "CALL p(/* ; */ 1)");
    private static final List<String> CHANGES = List.of(
            "INSERT INTO t VALUES (1)",
            "UPDATE t SET a = 'RETURNING'",
            "DELETE FROM t WHERE a = $a$;$a$",
            "MERGE INTO t USING u ON a = b WHEN MATCHED THEN DELETE");
    private static final List<String> COLUMNS = List.of(
            "id", "_a$1", "\"Id\"", "\"a\"\"b\"", "*", "a b", "größe", "a\"b", "x; DROP TABLE t", "1a", "\"", "--");
    private static final List<String> FRAGMENTS = List.of(
            "SET",
            "SESSION",
            "LOCAL",
            "TRANSACTION",
            "ISOLATION",
            "LEVEL",
            "SERIALIZABLE",
            "CHARACTERISTICS",
            "RETURNING",
            "INSERT INTO t",
            "SELECT",
            "$1",
            "$a$",
            "'",
            "\"",
            "(",
            ")",
            ";",
            "/*",
            "*/",
            "--",
            "\n",
            " ",
            "=",
            "TO",
            "x",
            "é",
            "\ud83d",
            "\0",
            "BEGIN",
            "WITH a AS (");

    private final Random random = new Random(SEED);

    private <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** Words as SQL takes them: in either case, any blanks between. */
    private String words(String words) {
        String cased = random.nextBoolean() ? words : words.toLowerCase(Locale.ROOT);
        StringBuilder text = new StringBuilder();
        for (String word : cased.split(" ")) {
            text.append(text.isEmpty() ? "" : oneOf(BLANKS)).append(word);
        }
        return text.toString();
    }

    private String blank() {
        return oneOf(BLANKS);
    }

    private String given(int round, String sql) {
        return "seed " + SEED + ", round " + round + ": " + sql;
    }

    @Test
    void settingsOfTheSessionBecomeLocal() {
        for (int round = 0; round < ROUNDS; round++) {
            String before = oneOf(COMMENTS) + oneOf(COMMENTS);
            String setting = oneOf(SETTINGS);
            String after = random.nextBoolean() ? "" : ";" + oneOf(COMMENTS);
            // SESSION SESSION AUTHORIZATION is PostgreSQL's too
            String sql = before
                    + words("SET")
                    + blank()
                    + (random.nextBoolean() ? words("SESSION") + blank() : "")
                    + setting
                    + after;
            StatementText text = StatementText.read(sql);
            assertThat(text.kind()).as(given(round, sql)).isEqualTo(StatementKind.SET);
            assertThat(text.setLocal()).as(given(round, sql)).isEqualTo(before + "SET LOCAL " + setting + after);
            assertThat(StatementText.read(text.setLocal()).kind())
                    .as(given(round, sql))
                    .isEqualTo(StatementKind.SET_LOCAL);
            assertThat(text.isolation()).as(given(round, sql)).isNull();
        }
    }

    @Test
    void theLevelOfATransactionIsReadAndNothingElseIsChanged() {
        for (int round = 0; round < ROUNDS; round++) {
            IsolationLevel level = oneOf(List.of(IsolationLevel.values()));
            String name = level.name().replace('_', ' ');
            boolean own = random.nextBoolean();
            String start = own
                    ? oneOf(List.of("SET TRANSACTION", "SET LOCAL TRANSACTION", "SET TRANSACTION READ ONLY ,"))
                    : oneOf(List.of(
                            "SET SESSION CHARACTERISTICS AS TRANSACTION",
                            "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE ,"));
            String more = random.nextBoolean() ? "" : words(" , DEFERRABLE");
            String sql = oneOf(COMMENTS)
                    + words(start + " ISOLATION LEVEL " + name)
                    + more
                    + oneOf(List.of("", ";", " ; -- c"));
            StatementText text = StatementText.read(sql);
            assertThat(text.isolation()).as(given(round, sql)).isEqualTo(own ? level : null);
            assertThat(text.setLocal()).as(given(round, sql)).isEqualTo(sql);
        }
    }

    @Test
    void severalStatementsAreDividedAsTheyWerePutTogether() {
        for (int round = 0; round < ROUNDS; round++) {
            List<String> parts = new ArrayList<>();
            StringBuilder sql = new StringBuilder(oneOf(COMMENTS));
            for (int count = 1 + random.nextInt(4); count > 0; count--) {
                parts.add(oneOf(random.nextBoolean() ? QUERIES : CHANGES));
                sql.append(parts.get(parts.size() - 1))
                        .append(oneOf(COMMENTS))
                        .append("; ;")
                        .append(oneOf(COMMENTS));
            }
            StatementText text = StatementText.read(sql.toString());
            assertThat(text.isSingle()).isEqualTo(parts.size() == 1);
            assertThat(text.parameters()).isZero();
            assertThatThrownBy(() -> StatementText.read(sql + "SELECT $1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("holds " + (parts.size() + 1) + " statements and parameters");
            if (parts.size() > 1) {
                assertThat(text.statements())
                        .as(given(round, sql.toString()))
                        .extracting(SqlStatement::text)
                        .isEqualTo(parts);
                assertThat(text.kind()).isEqualTo(StatementKind.MULTIPLE);
            } else {
                assertThat(sql.substring(text.start(), text.end())).isEqualTo(parts.get(0));
                assertThat(text.single().text()).isEqualTo(sql.toString());
            }
        }
    }

    @Test
    void returningStandsAtTheEndOfWhatChangesRows() {
        for (int round = 0; round < ROUNDS; round++) {
            String before = oneOf(COMMENTS);
            boolean changes = random.nextInt(4) > 0;
            String statement = oneOf(changes ? CHANGES : QUERIES);
            StatementText text = StatementText.read(before + statement + oneOf(COMMENTS) + oneOf(List.of("", ";")));
            List<String> columns = new ArrayList<>();
            for (int count = random.nextInt(4); count > 0; count--) {
                columns.add(oneOf(COLUMNS));
            }
            if (!changes) {
                assertThatThrownBy(() -> text.returning(columns.toArray(String[]::new)))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining(text.single().text());
                continue;
            }
            String names = columns.isEmpty()
                    ? "*"
                    : String.join(", ", columns.stream().map(this::quoted).toList());
            String sql = text.returning(columns.toArray(String[]::new));
            assertThat(sql).isEqualTo(before + statement + " RETURNING " + names);
            StatementText again = StatementText.read(sql);
            assertThat(again.hasReturning()).as(sql).isTrue();
            assertThat(again.isSingle()).as(sql).isTrue();
            assertThat(again.kind()).as(sql).isEqualTo(text.kind());
            assertThatThrownBy(again::returning).isInstanceOf(IllegalStateException.class);
        }
    }

    /** A name is taken as it is where PostgreSQL reads it as one name, or as all columns. */
    private String quoted(String name) {
        return List.of("id", "_a$1", "\"Id\"", "\"a\"\"b\"", "*").contains(name)
                ? name
                : '"' + name.replace("\"", "\"\"") + '"';
    }

    @Test
    void anyTextIsReadOrRefusedAndCutWithinItsBounds() {
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            int read = 0;
            for (int round = 0; round < ROUNDS; round++) {
                StringBuilder sql = new StringBuilder();
                for (int count = random.nextInt(12); count > 0; count--) {
                    sql.append(oneOf(FRAGMENTS)).append(random.nextBoolean() ? " " : "");
                }
                try {
                    assertHolds(sql.toString());
                    read++;
                } catch (IllegalArgumentException refused) {
                    assertThat(refused.getMessage())
                            .containsAnyOf("statements and parameters", "NUL", "surrogate", "blank");
                } catch (RuntimeException other) {
                    throw new AssertionError(given(round, sql.toString()), other);
                }
            }
            assertThat(read).isGreaterThan(ROUNDS / 2);
            for (String unit : List.of(" ", "SET ", "SET SESSION ", "ISOLATION LEVEL ", "SET TRANSACTION ", "\n")) {
                assertHolds("SET TRANSACTION " + unit.repeat(100_000));
                assertHolds("SET SESSION " + unit.repeat(100_000) + "x");
            }
        });
    }

    private static void assertHolds(String sql) {
        StatementText text = StatementText.read(sql);
        assertThat(text.start()).isBetween(0, text.end());
        assertThat(text.end()).isBetween(text.start(), sql.length());
        int from = 0;
        for (SqlStatement statement : text.statements()) {
            assertThat(sql.indexOf(statement.text(), from)).isNotNegative();
            from = sql.indexOf(statement.text(), from) + statement.text().length();
        }
        String local = text.setLocal();
        if (!local.equals(text.single().text())) {
            assertThat(text.kind()).isEqualTo(StatementKind.SET);
            assertThat(local).startsWith(sql.substring(0, text.start()) + "SET LOCAL ");
        }
        assertThat(text.isolation() == null
                        || text.kind() == StatementKind.SET
                        || text.kind() == StatementKind.SET_LOCAL)
                .isTrue();
        try {
            assertThat(text.returning("id")).isEqualTo(sql.substring(0, text.end()) + " RETURNING id");
        } catch (IllegalStateException refused) {
            assertThat(refused).hasMessageContaining(text.single().text());
        }
    }
}
