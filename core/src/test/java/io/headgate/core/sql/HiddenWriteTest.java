package io.headgate.core.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Puts writes at every place of a query that allows an expression, and nests such queries in other queries. */
class HiddenWriteTest {
    /** Queries with a ? for the expression. PostgreSQL 18 parses all of them. */
    static final List<String> PLACES = List.of(
            "SELECT ?",
            "SELECT DISTINCT ON (?) a FROM t",
            "SELECT DISTINCT ON (a) ? FROM t",
            "SELECT 1 AS into, ? AS for FROM t",
            "SELECT a FROM t WHERE ? IS NOT DISTINCT FROM ?",
            "SELECT a FROM t GROUP BY ?, ROLLUP (?), GROUPING SETS ((?), CUBE (?)) HAVING ? > 0",
            "SELECT a FROM t ORDER BY ? USING > LIMIT (?) OFFSET (?)",
            "SELECT a FROM t FETCH FIRST (?) ROWS ONLY",
            "SELECT a FROM t JOIN u ON ? JOIN v USING (b) LEFT JOIN w ON CASE WHEN ? THEN true ELSE ? END",
            "SELECT a FROM (t JOIN u ON ?) x, LATERAL (SELECT ?) y (z)",
            "SELECT a FROM ((SELECT ?) UNION SELECT ? ORDER BY 1) x",
            "SELECT a FROM f(?, b => ?) WITH ORDINALITY AS g (h, i)",
            "SELECT a FROM ROWS FROM (f(?), g(?) AS (a int, b numeric(3))) x",
            "SELECT a FROM json_to_record(?) AS (update int, delete text), t",
            "SELECT a FROM t TABLESAMPLE bernoulli (?) REPEATABLE (?)",
            "SELECT a FROM xmltable('/a' PASSING ? COLUMNS b int PATH 'c' DEFAULT ?) x",
            "SELECT a FROM json_table(?, '$' COLUMNS (b int PATH '$.b' DEFAULT ? ON EMPTY)) x",
            "SELECT extract(epoch FROM ?), substring(? FROM ? FOR ?), trim(BOTH ? FROM ?), overlay(? PLACING ? FROM ?)",
            "SELECT cast(? AS numeric(10, 2)), (?)::varchar(3), position(? IN ?), coalesce(?, greatest(?, nullif(?, ?)))",
            "SELECT a[?], b[?:?], ARRAY[?, ?], ROW(?), (?, ?) FROM t",
            "SELECT CASE ? WHEN ? THEN ? ELSE ? END FROM t",
            "SELECT a LIKE (?) ESCAPE (?), b ILIKE ?, c BETWEEN ? AND ?, d IN (?, ?), e = ANY (?) FROM t",
            "SELECT a AT TIME ZONE (?), b OPERATOR(pg_catalog.+) ?, c COLLATE \"C\" || ? FROM t",
            "SELECT count(DISTINCT ? ORDER BY ?) FILTER (WHERE ?) OVER (PARTITION BY ? ORDER BY ? ROWS 1 PRECEDING) FROM t",
            "SELECT percentile_cont(?) WITHIN GROUP (ORDER BY ?) FROM t",
            "SELECT sum(a) OVER w FROM t WINDOW w AS (PARTITION BY ?)",
            "SELECT xmlelement(name a, xmlattributes(? AS b), ?), json_object('a' : ?), json_array(?)",
            "SELECT EXISTS (SELECT ?), ARRAY(SELECT ?), (VALUES (?)), (TABLE t LIMIT ?)",
            "VALUES (?, 1), (2, ?)",
            "(SELECT ?) UNION (SELECT a FROM t WHERE ?)",
            "((SELECT 1) UNION SELECT ?)",
            "TABLE t ORDER BY ?",
            "WITH a AS (SELECT ?), b (c) AS MATERIALIZED (VALUES (?)) SELECT * FROM a, b WHERE ?",
            "WITH RECURSIVE a AS (SELECT 1 AS x UNION ALL SELECT ? FROM a) SEARCH DEPTH FIRST BY x SET o"
                    + " CYCLE x SET y USING z SELECT ? FROM a",
            "EXPLAIN ANALYZE SELECT ?",
            "EXPLAIN (COSTS off, ANALYZE) SELECT ?",
            "COPY (SELECT ?) TO STDOUT",
            "DECLARE c CURSOR FOR SELECT ?");

    static final List<String> WRITES = List.of(
            "nextval('s')",
            "pg_catalog . \"setval\" ( 's', 1 )",
            "(SELECT 1 FROM t FOR NO KEY UPDATE)",
            "(WITH d AS (DELETE FROM hidden RETURNING 1) SELECT * FROM d)",
            "(WITH RECURSIVE a AS (SELECT 1), b AS NOT MATERIALIZED (UPDATE hidden SET a = 1 RETURNING 1) TABLE b)",
            "(WITH a AS (WITH b AS (INSERT INTO hidden VALUES (1) RETURNING 1) TABLE b) TABLE a)",
            "(WITH m AS (MERGE INTO hidden USING t ON true WHEN MATCHED THEN DELETE RETURNING 1) TABLE m)");

    private static boolean isProven(String sql) {
        return SqlAnalyzer.analyze(sql).readOnlyProof().isProven();
    }

    @Test
    void allPlacesAreReadsAsLongAsNoWriteStandsThere() {
        assertThat(PLACES).allSatisfy(place -> {
            assertThat(isProven(place.replace("?", "1"))).isTrue();
            assertThat(isProven(place.replace("?", "f(1)"))).isTrue();
        });
    }

    @Test
    void aCallAtAnyPlaceIsLeftToCheck() {
        for (String place : PLACES) {
            for (int i = 0; i < places(place); i++) {
                String sql = put(place, i, "app.g(1)");
                assertThat(SqlAnalyzer.analyze(sql).readOnlyProof().functionsToCheck())
                        .as(sql)
                        .contains(new SqlName("app", "g"));
            }
        }
    }

    @Test
    void aWriteAtAnyPlaceIsRefuted() {
        for (String write : WRITES) {
            for (String place : PLACES) {
                for (int i = 0; i < places(place); i++) {
                    assertRefuted(put(place, i, write), write);
                }
            }
        }
    }

    @Test
    void aWriteAtAnyPlaceOfAQueryWithinAQueryIsRefuted() {
        List<String> queries = PLACES.stream()
                .filter(place -> !place.matches("(EXPLAIN|COPY|DECLARE).*"))
                .toList();
        for (String write : WRITES) {
            for (String outer : PLACES) {
                for (String inner : queries) {
                    for (int i = 0; i < places(inner); i++) {
                        String query = "(" + put(inner, i, write) + ")";
                        assertRefuted(put(outer, places(outer) - 1, query), write);
                    }
                }
            }
        }
    }

    private static void assertRefuted(String sql, String write) {
        SqlAnalysis analysis = SqlAnalyzer.analyze(sql);
        assertThat(analysis.readOnlyProof().verdict()).as(sql).isEqualTo(ReadOnlyProof.Verdict.REFUTED);
        if (write.contains("hidden")) {
            assertThat(analysis.tablesWritten()).as(sql).containsExactly(new SqlName(null, "hidden"));
        }
    }

    private static int places(String text) {
        return (int) text.chars().filter(c -> c == '?').count();
    }

    /** Puts the expression at the ? with that number, and a constant at all others. */
    private static String put(String text, int number, String expression) {
        StringBuilder result = new StringBuilder();
        int seen = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '?') {
                result.append(c);
            } else {
                result.append(seen == number ? expression : "1");
                seen++;
            }
        }
        return result.toString();
    }
}
