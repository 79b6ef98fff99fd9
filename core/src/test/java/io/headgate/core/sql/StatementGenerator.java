package io.headgate.core.sql;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Generates statements in PostgreSQL's grammar for {@link #SCHEMA}, with the information whether each writes and which tables it
 * reads. It often uses keywords as labels, aliases and columns, because these are difficult to analyze. The same random numbers give
 * the same statements.
 */
final class StatementGenerator {
    /** The tables. {@code words} also gets one column per keyword. */
    static final List<String> SCHEMA = List.of(
            "CREATE TABLE t (a int, b text, c jsonb, d int[])",
            "CREATE TABLE u (a int, b text, c jsonb, d int[])",
            "CREATE TABLE sink (a int)",
            "CREATE SEQUENCE s",
            "CREATE FUNCTION wr(int) RETURNS int VOLATILE LANGUAGE plpgsql"
                    + " AS 'BEGIN INSERT INTO sink VALUES ($1); RETURN $1; END'",
            "CREATE FUNCTION wrt(text) RETURNS text VOLATILE LANGUAGE plpgsql"
                    + " AS 'BEGIN INSERT INTO sink VALUES (1); RETURN $1; END'",
            "CREATE FUNCTION rd(int) RETURNS int STABLE LANGUAGE sql AS 'SELECT $1'",
            "CREATE FUNCTION named(\"update\" int, \"left\" int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1'");

    private static final List<String> CLAUSES = List.of(
            ("from distinct into for union where group order select table limit as case end using on join left window"
                            + " having fetch offset intersect except returning with values when is not over filter")
                    .split(" ", -1));

    /** A statement and the expected result of its analysis. */
    record Generated(String sql, boolean writes, Set<String> reads) {}

    /** A table of the FROM list: its alias, and whether it is {@code words}. */
    private record Source(String alias, boolean words) {}

    private final Random random;
    /** In this order: all keywords; keywords that may be a label without AS; those that may name a column or table without quotes. */
    private final List<String> labels;

    private final List<String> bareLabels;
    private final List<String> names;

    private boolean writes;
    private Set<String> reads = new LinkedHashSet<>();
    private final List<Source> scope = new ArrayList<>();
    private final List<String> ctes = new ArrayList<>();
    private int aliases;

    StatementGenerator(Random random, List<String> labels, List<String> bareLabels, List<String> names) {
        this.random = random;
        this.labels = labels;
        this.bareLabels = bareLabels;
        this.names = names;
    }

    Generated next() {
        writes = false;
        reads = new LinkedHashSet<>();
        aliases = 0;
        String sql = oneIn(12) ? modification() : (oneIn(4) ? with() : "") + query(2 + random.nextInt(2), true);
        ctes.clear();
        return new Generated(sql, writes, reads);
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    @SafeVarargs
    private String any(Supplier<String>... choices) {
        return choices[random.nextInt(choices.length)].get();
    }

    private String write(String sql) {
        writes = true;
        return sql;
    }

    private String dot() {
        return oneIn(6) ? " . " : oneIn(6) ? "./**/" : ".";
    }

    /** Any keyword, but often one that begins a clause. */
    private String keyword() {
        return pick(oneIn(2) ? CLAUSES : labels);
    }

    private String with() {
        int count = 1 + random.nextInt(2);
        List<String> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = oneIn(4) ? "u" : "cte" + i;
            if (ctes.contains(name)) {
                continue;
            }
            String how = oneIn(3) ? "MATERIALIZED " : oneIn(3) ? "NOT MATERIALIZED " : "";
            String body = oneIn(15)
                    ? write("DELETE FROM sink RETURNING a, 'x' AS b, NULL::jsonb AS c, NULL::int[] AS d")
                    : columnsOf(2);
            list.add(name + " AS " + how + "(" + body + ")");
            ctes.add(name);
        }
        return "WITH " + String.join(", ", list) + " ";
    }

    /** A query that returns the columns of t. */
    private String columnsOf(int depth) {
        return scoped(() -> {
            String from = from(depth);
            return "SELECT " + integer(depth) + " AS a, " + text(depth) + " AS b, " + json(depth) + " AS c, "
                    + array(depth) + " AS d " + from + where(depth);
        });
    }

    private String scoped(Supplier<String> query) {
        int mark = scope.size();
        String sql = query.get();
        while (scope.size() > mark) {
            scope.remove(scope.size() - 1);
        }
        return sql;
    }

    private String query(int depth, boolean top) {
        return oneIn(8)
                ? "(" + select(depth - 1, false) + ") UNION ALL (" + select(depth - 1, false) + ")"
                : select(depth, top);
    }

    /** The first column is an integer, so that set operations fit. A top-level query has more columns, with labels of all kinds. */
    private String select(int depth, boolean top) {
        boolean outermost = scope.isEmpty();
        return scoped(() -> {
            if (oneIn(20)) {
                return "VALUES (" + integer(depth) + ")";
            }
            String from = from(depth);
            // An aggregate of outer columns alone would belong to the outer query.
            if (outermost && oneIn(4)) {
                return grouped(depth, from);
            }
            StringBuilder sql = new StringBuilder("SELECT ");
            boolean distinct = oneIn(8);
            sql.append(distinct ? "DISTINCT ON (" + key(text(1)) + ") " : oneIn(10) ? "ALL " : "");
            sql.append(integer(depth)).append(label());
            sql.append(' ').append(from).append(where(depth));
            return sql.append(distinct ? "" : tail(top)).toString();
        });
    }

    private String grouped(int depth, String from) {
        String group = any(
                () -> "ROLLUP (" + key(text(1)) + ", " + key(text(1)) + ")",
                () -> "GROUPING SETS ((" + key(text(1)) + "), CUBE (" + key(text(1)) + "))",
                () -> key(text(1)),
                () -> "DISTINCT CUBE (" + key(text(1)) + "), " + key(text(1)));
        return "SELECT sum(" + integer(depth) + ")::int" + label() + " " + from + where(depth) + " GROUP BY " + group
                + (oneIn(2) ? " HAVING count(*) FILTER (WHERE " + bool(1) + ") > " + random.nextInt(3) : "");
    }

    /** Avoids a bare constant, which would be a column's number or an error. */
    private static String key(String text) {
        return "concat(" + text + ")";
    }

    private String tail(boolean top) {
        String sql = oneIn(4) ? " ORDER BY 1" + (oneIn(3) ? " DESC NULLS LAST" : "") : "";
        sql += oneIn(4)
                ? any(() -> " LIMIT 3", () -> " FETCH FIRST (1 + 1) ROWS ONLY", () -> " LIMIT ALL OFFSET 1")
                : "";
        if (top && oneIn(15)) {
            sql += write(" FOR " + pick(List.of("UPDATE", "SHARE", "NO KEY UPDATE", "KEY SHARE")));
        }
        return sql;
    }

    private String label() {
        return any(
                () -> "",
                () -> " AS " + keyword(),
                () -> " AS \"" + keyword() + '"',
                () -> " " + pick(bareLabels),
                () -> " AS U&\"d\\0061t\"");
    }

    private String from(int depth) {
        String sql = "FROM " + source(depth);
        int more = random.nextInt(3);
        for (int i = 0; i < more; i++) {
            sql += any(
                    () -> " CROSS JOIN " + source(depth - 1),
                    () -> " LEFT JOIN " + source(depth - 1) + " ON " + bool(1),
                    () -> " JOIN (" + source(depth - 1) + " CROSS JOIN " + source(0) + ") ON " + bool(1),
                    () -> " FULL OUTER JOIN " + source(0) + " ON true");
        }
        // Comma items are last, because a join condition cannot refer to items before a comma.
        sql += oneIn(3) ? ", " + source(depth - 1) : "";
        return sql + (oneIn(5) ? ", LATERAL (" + columnsOf(depth - 1) + ")" + alias(false) : "");
    }

    private String source(int depth) {
        if (depth > 0 && oneIn(6)) {
            // A subquery without LATERAL cannot refer to its neighbours.
            List<Source> outer = new ArrayList<>(scope);
            scope.clear();
            String sql = "(" + columnsOf(depth - 1) + ")";
            scope.addAll(outer);
            return sql + alias(false);
        }
        if (oneIn(8)) {
            String alias = "f" + aliases++;
            return any(
                    () -> "generate_series(1, 2) " + alias,
                    () -> "ROWS FROM (generate_series(1, 2), rd(2)) AS " + alias);
        }
        String table = pick(List.of("t", "u", "words", "public.t"));
        String cte = ctes.isEmpty() ? "" : pick(ctes);
        if (!cte.isEmpty() && oneIn(2)) {
            return cte + alias(false);
        }
        boolean isCte = ctes.contains(table);
        if (!isCte) {
            reads.add(table);
        }
        String only = !isCte && oneIn(6) ? "ONLY " : "";
        return only + table + alias(table.equals("words"));
    }

    /** A unique name, sometimes a keyword; with or without AS. */
    private String alias(boolean words) {
        String name = "x" + aliases++;
        if (oneIn(3)) {
            String keyword = pick(names);
            boolean free = scope.stream().noneMatch(source -> source.alias().equals(keyword));
            name = free ? keyword : name;
        }
        scope.add(new Source(name, words));
        // Without AS, some unreserved words such as SET would begin a clause.
        return " AS " + name;
    }

    private String column(String name, boolean words) {
        List<Source> fitting =
                scope.stream().filter(source -> source.words() == words).toList();
        if (fitting.isEmpty()) {
            return "";
        }
        String alias = pick(fitting).alias();
        // In parentheses a keyword would mean the column of words with that name.
        return words && alias.startsWith("x") && oneIn(3) ? "(" + alias + ")" + dot() + name : alias + dot() + name;
    }

    private String orElse(String sql, String fallback) {
        return sql.isEmpty() ? fallback : sql;
    }

    private String integer(int depth) {
        if (depth <= 0 || oneIn(3)) {
            return any(
                    () -> Integer.toString(random.nextInt(5)),
                    () -> orElse(column("a", false), "1"),
                    () -> orElse(column(keyword(), true), "2"),
                    () -> orElse(column(keyword(), true), "3"));
        }
        int d = depth - 1;
        return any(
                () -> integer(d) + " + " + integer(d),
                () -> integer(d) + " OPERATOR(pg_catalog.-) " + integer(d),
                () -> "(" + integer(d) + ")",
                () -> "CASE WHEN " + bool(d) + " THEN " + integer(d) + " ELSE " + integer(d) + " END",
                () -> "CASE " + integer(d) + " WHEN 1 THEN " + integer(d) + " END",
                () -> "coalesce(" + integer(d) + ", " + integer(d) + ")",
                () -> "length(" + text(d) + ")",
                () -> "rd(" + integer(d) + ")",
                () -> "named(update => " + integer(d) + ", left := " + integer(d) + ")",
                () -> "(" + array(d) + ")[" + (1 + random.nextInt(2)) + "]",
                () -> "(SELECT x FROM (" + select(d, false) + ") AS one (x) LIMIT 1)",
                () -> "position(" + text(d) + " IN " + text(d) + ")",
                () -> "extract(day FROM interval '3' day)::int",
                () -> "CAST(" + integer(d) + " AS int)",
                () -> oneIn(3) ? write("wr(" + integer(d) + ")") : "abs(" + integer(d) + ")",
                () -> oneIn(4) ? write("nextval('s')::int") : "pg_catalog" + dot() + "abs(" + integer(d) + ")",
                () -> oneIn(6) ? write("('s'::regclass)" + dot() + "nextval::int") : "(ARRAY[7])[1]");
    }

    private String text(int depth) {
        if (depth <= 0 || oneIn(3)) {
            return any(() -> "'x'", () -> "$$from t$$", () -> "E'\\''", () -> orElse(column("b", false), "'y'"));
        }
        int d = depth - 1;
        return any(
                () -> text(d) + " || " + text(d),
                () -> "(" + integer(d) + ")::text",
                () -> "upper(" + text(d) + ")",
                () -> "substring(" + text(d) + " FROM 1 FOR " + (1 + random.nextInt(3)) + ")",
                () -> "trim(BOTH 'x' FROM " + text(d) + ")",
                () -> "overlay(" + text(d) + " PLACING " + text(d) + " FROM 1)",
                () -> "CAST(" + integer(d) + " AS character varying(9))",
                () -> "(" + json(d) + " ->> 'a')",
                () -> "(xmlforest(" + integer(d) + " AS " + keyword() + "))::text",
                () -> oneIn(3) ? write("wrt(" + text(d) + ")") : "lower(" + text(d) + ")",
                () -> "(" + text(d) + " COLLATE \"C\")");
    }

    private String bool(int depth) {
        if (depth <= 0) {
            return any(() -> "true", () -> integer(0) + " = " + integer(0), () -> text(0) + " IS NULL");
        }
        int d = depth - 1;
        return any(
                () -> integer(d) + " BETWEEN " + integer(d) + " AND " + integer(d),
                () -> text(d) + (oneIn(2) ? " NOT" : "") + " LIKE " + text(d) + (oneIn(3) ? " ESCAPE '!'" : ""),
                () -> "(" + text(d) + ") ILIKE (" + text(d) + ")",
                () -> integer(d) + " IN (" + integer(d) + ", " + integer(d) + ")",
                () -> integer(d) + " IN (" + query(d, false) + ")",
                () -> "(" + integer(d) + ") IS " + (oneIn(2) ? "NOT " : "") + "DISTINCT FROM " + integer(d),
                () -> "EXISTS (" + query(d, false) + ")",
                () -> integer(d) + " = ANY (" + array(d) + ")",
                () -> "(" + bool(d) + ") " + pick(List.of("AND", "OR")) + " NOT (" + bool(d) + ")",
                () -> "(" + integer(d) + ", " + text(d) + ") = ROW(" + integer(d) + ", " + text(d) + ")",
                () -> json(d) + " @> '{}'",
                () -> "(" + integer(d) + ") IS NOT NULL");
    }

    private String json(int depth) {
        int d = depth - 1;
        return depth <= 0 || oneIn(2)
                ? orElse(column("c", false), "'{}'::jsonb")
                : any(
                        () -> "json_object('a' : " + integer(d) + " RETURNING jsonb)",
                        () -> "json_array(" + integer(d) + ", " + text(d) + " RETURNING jsonb)",
                        () -> "jsonb_build_object('k', " + integer(d) + ")");
    }

    private String array(int depth) {
        int d = depth - 1;
        return depth <= 0 || oneIn(2)
                ? orElse(column("d", false), "ARRAY[1, 2]")
                : any(
                        () -> "ARRAY[" + integer(d) + ", " + integer(d) + "]",
                        () -> "ARRAY(" + select(d, false) + ")",
                        () -> "(" + array(d) + ")[1:2]");
    }

    private String where(int depth) {
        return oneIn(2) ? " WHERE " + bool(depth) : "";
    }

    private String modification() {
        writes = true;
        return any(
                () -> "INSERT INTO sink (a) " + query(2, false) + " RETURNING a" + label(),
                () -> scoped(() -> "UPDATE sink SET a = " + integer(1) + " " + from(1) + where(2)),
                () -> scoped(() -> "DELETE FROM sink USING " + source(1) + where(2)),
                () -> "MERGE INTO sink USING (" + columnsOf(1) + ") AS m ON sink.a = m.a WHEN MATCHED THEN DELETE");
    }
}
