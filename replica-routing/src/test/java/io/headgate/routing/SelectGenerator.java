package io.headgate.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Generates queries for {@code proof-schema.sql} from a grammar with types. Half of them may hold hazards: what writes, locks or changes the
 * session, mostly where the text does not show it. The same random numbers give the same statements.
 */
final class SelectGenerator {

    /** What PostgreSQL allows in a READ ONLY transaction, though it has an effect. */
    private static final List<String> EFFECTS = List.of(
            "pg_try_advisory_xact_lock(1)::int",
            "length(set_config('my.value',\u0001'x',\u0001true))",
            "length(pg_notify('c', 'x')::text)",
            "length(pg_export_snapshot())",
            "length(setseed(0.5)::text)");

    private static final List<String> LABELS = List.of(
            "from", "into", "for", "update", "select", "delete", "where", "with", "insert", "table", "as", "touched",
            "writing");

    /** Keywords that may name an alias without quotes. */
    private static final List<String> ALIASES = List.of(
            "update", "delete", "insert", "key", "share", "value", "merge", "truncate", "copy", "lock", "nowait");

    /**
     * A statement.
     *
     * @param hazard whether it holds one, so that it may go to the primary
     * @param effect whether it has an effect that PostgreSQL does not refuse, so that it must go there
     */
    record Generated(String sql, boolean hazard, boolean effect) {}

    private enum Row {
        T,
        U,
        WORDS,
        PERSON,
        /** Columns a int, b text. */
        PAIR,
        /** A column id and perhaps others. */
        ID,
        /** A function in FROM: the alias is an int, and a column of that name. */
        INT
    }

    private record Source(String alias, Row row) {}

    private final Random random;
    private final List<Source> scope = new ArrayList<>();
    private final List<String> ctes = new ArrayList<>();
    private boolean hazardous;
    private boolean hazard;
    private boolean effect;
    private int names;

    SelectGenerator(Random random) {
        this.random = random;
    }

    Generated next() {
        scope.clear();
        ctes.clear();
        names = 0;
        hazard = false;
        effect = false;
        hazardous = random.nextBoolean();
        String sql = statement(1 + random.nextInt(3));
        return new Generated(withTrivia(sql).replace('\u0001', ' '), hazard, effect);
    }

    private String statement(int depth) {
        String query = (oneIn(3) ? with(depth) : "") + query(depth);
        return any(
                () -> query,
                () -> query,
                () -> query,
                () -> oneIn(4) ? "EXPLAIN ANALYZE " + query : query,
                () -> oneIn(4) ? "EXPLAIN (ANALYZE, COSTS off) " + query : query,
                () -> danger(query, () -> "SELECT 1 AS x INTO new_table FROM (" + query(1) + ") q"),
                () -> danger(query, () -> "INSERT INTO sink " + ints(1)),
                () -> danger(query, () -> "UPDATE sink SET a = " + integer(1)),
                () -> danger(query, () -> "SELECT * FROM t FOR " + lockStrength()));
    }

    // Randomness

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

    /** The hazard, in one of five cases of statements that may hold one. */
    private String danger(String safe, Supplier<String> hidden) {
        if (!hazardous || !oneIn(5)) {
            return safe;
        }
        hazard = true;
        return hidden.get();
    }

    private String fresh(String prefix) {
        return prefix + names++;
    }

    /** One of the spellings of a function or a relation of schema public. */
    private String spelled(String name) {
        return any(
                () -> name,
                () -> name,
                () -> name.toUpperCase(Locale.ROOT),
                () -> '"' + name + '"',
                () -> "public." + name,
                () -> "public . \"" + name + '"',
                () -> oneIn(4) ? escaped(name) : name);
    }

    /** The proof does not read escaped names when there are names to look for. */
    private String escaped(String name) {
        hazard = true;
        return "U&\"\\" + "%04x".formatted((int) name.charAt(0)) + name.substring(1) + '"';
    }

    /** Comments and line breaks at some of the spaces. */
    private String withTrivia(String sql) {
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            result.append(
                    c == ' ' && oneIn(12)
                            ? pick(List.of("\n", "/**/", " /* ' FOR UPDATE */ ", " -- \" ;\n", "\t"))
                            : c);
        }
        return result.toString();
    }

    // Queries

    private String scoped(Supplier<String> query) {
        int mark = scope.size();
        String sql = query.get();
        while (scope.size() > mark) {
            scope.remove(scope.size() - 1);
        }
        return sql;
    }

    /** A query that sees nothing of the query around it. */
    private String alone(Supplier<String> query) {
        List<Source> outer = List.copyOf(scope);
        scope.clear();
        String sql = query.get();
        scope.clear();
        scope.addAll(outer);
        return sql;
    }

    private String with(int depth) {
        List<String> list = new ArrayList<>();
        int count = 1 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            String name = fresh("c");
            String body = danger(
                    pairs(depth - 1),
                    () -> any(
                            () -> "INSERT INTO sink VALUES (" + integer(0) + ") RETURNING a, 'x'::text AS b",
                            () -> "DELETE FROM sink RETURNING a, 'x'::text AS b",
                            () -> "UPDATE sink SET a = a RETURNING a, 'x'::text AS b",
                            () ->
                                    "MERGE INTO sink USING t ON sink.a = t.id WHEN MATCHED THEN DELETE RETURNING t.id AS a, t.name AS b"));
            list.add(name + " AS " + pick(List.of("", "", "MATERIALIZED ", "NOT MATERIALIZED ")) + "(" + body + ")");
            ctes.add(name);
        }
        return "WITH " + (oneIn(4) ? "RECURSIVE " : "") + String.join(", ", list) + " ";
    }

    private String query(int depth) {
        return any(
                () -> pairs(depth),
                () -> pairs(depth),
                () -> ints(depth),
                () -> wide(depth),
                () -> wide(depth),
                () -> grouped(depth),
                () -> "VALUES (" + integer(depth) + ", " + text(depth) + "), (2, 'y')",
                () -> "TABLE " + spelled(relation()),
                () -> "(" + ints(depth) + ") UNION ALL (" + ints(depth) + ") ORDER BY 1",
                () -> ints(depth) + " EXCEPT " + ints(depth));
    }

    private String pairs(int depth) {
        return scoped(() -> {
            String from = from(depth);
            return "SELECT " + integer(depth) + " AS a, " + text(depth) + " AS b" + from + where(depth);
        });
    }

    private String ints(int depth) {
        return scoped(() -> {
            String from = from(depth);
            return "SELECT " + integer(depth) + " AS a" + from + where(depth);
        });
    }

    private String wide(int depth) {
        return scoped(() -> {
            String from = from(depth);
            return "SELECT " + any(() -> "", () -> "ALL ", () -> "DISTINCT ON (" + integer(1) + " + 0) ")
                    + integer(depth) + " AS " + pick(LABELS) + ", " + text(depth) + " AS \"" + pick(LABELS) + "\", "
                    + window(depth) + from + where(depth)
                    + any(
                            () -> "",
                            () -> " LIMIT " + (1 + random.nextInt(3)),
                            () -> " OFFSET 1 FETCH FIRST 2 ROWS ONLY");
        });
    }

    private String window(int depth) {
        String sum = danger("sum", () -> spelled("writing_sum"));
        return sum + "(" + integer(depth - 1) + ") OVER ("
                + any(
                        () -> "",
                        () -> "PARTITION BY " + text(1),
                        () -> "ORDER BY " + integer(1) + " + 0 ROWS BETWEEN 1 PRECEDING AND CURRENT ROW")
                + ")";
    }

    private String grouped(int depth) {
        return alone(() -> {
            String from = from(depth);
            String aggregate = danger(
                    pick(List.of("max", "sums", "count", "sum")),
                    () -> spelled(pick(List.of("writing_sum", "writing_end"))));
            return "SELECT " + aggregate + "(" + integer(depth) + ")"
                    + (oneIn(3) ? " FILTER (WHERE " + bool(1) + ")" : "")
                    + " AS a" + from + where(depth)
                    + any(
                            () -> "",
                            () -> " GROUP BY concat(" + text(1) + ")",
                            () -> " GROUP BY ROLLUP (concat(" + text(1) + "), concat(" + text(0) + "))",
                            () -> " HAVING count(*) > 0");
        });
    }

    private String relation() {
        return danger(
                pick(List.of("t", "u", "plain", "pure_view", "stored", "parted", "guarded_well", "guarded_writes")),
                () -> pick(List.of(
                        "writing",
                        "numbering",
                        "on_writing",
                        "on_on_writing",
                        "locking",
                        "lazy",
                        "casting",
                        "ticketing",
                        "operating",
                        "touching",
                        "guarded",
                        "guarded_by_view")));
    }

    private String from(int depth) {
        StringBuilder sql = new StringBuilder(" FROM ").append(source(depth));
        int more = random.nextInt(3);
        for (int i = 0; i < more; i++) {
            sql.append(any(
                    () -> " CROSS JOIN " + source(depth - 1),
                    () -> " LEFT JOIN " + source(depth - 1) + " ON " + bool(1),
                    () -> " JOIN " + source(0) + " ON " + bool(0)));
        }
        if (depth > 0 && oneIn(5)) {
            String query = pairs(depth - 1);
            sql.append(", LATERAL (").append(query).append(") ").append(alias(Row.PAIR));
        }
        return sql.toString();
    }

    private String source(int depth) {
        return any(
                () -> spelled("t") + (oneIn(8) ? " * " : " ") + alias(Row.T),
                () -> (oneIn(6) ? "ONLY " : "") + "t " + alias(Row.T),
                () -> "u " + alias(Row.U),
                () -> "words " + alias(Row.WORDS),
                () -> "person " + alias(Row.PERSON),
                () -> spelled(danger(
                                pick(List.of("plain", "stored", "guarded_well", "guarded_writes", "parted")),
                                () -> pick(List.of("writing", "lazy", "locking", "guarded", "guarded_by_view"))))
                        + " " + alias(Row.ID),
                () -> "t " + alias(Row.T) + " TABLESAMPLE bernoulli (90) REPEATABLE (1)",
                () -> "generate_series(1, 2) " + alias(Row.INT),
                () -> "CAST(" + random.nextInt(5) + " AS int) " + alias(Row.INT),
                () -> spelled(danger("rows_of", () -> "writes_rows")) + "(2) " + alias(Row.T),
                () -> ctes.isEmpty() ? "u " + alias(Row.U) : pick(ctes) + " " + alias(Row.PAIR),
                () -> "(" + alone(() -> pairs(depth - 1)) + ") " + alias(Row.PAIR),
                () -> "(VALUES (1, 'x'::text), (2, 'y')) " + alias(Row.PAIR) + " (a, b)");
    }

    /** Declares a name that is unique. Without AS, some keywords would begin a clause. */
    private String alias(Row row) {
        String name = fresh("x");
        if (oneIn(4)) {
            String keyword = pick(ALIASES);
            name = scope.stream().anyMatch(each -> each.alias().equals(keyword)) ? name : keyword;
        }
        scope.add(new Source(name, row));
        return "AS " + name;
    }

    private String where(int depth) {
        return oneIn(2) ? " WHERE " + bool(depth) : "";
    }

    private String lockStrength() {
        return pick(List.of("UPDATE", "NO KEY UPDATE", "SHARE", "KEY SHARE"));
    }

    // Expressions

    private String dot() {
        return oneIn(8) ? " . " : ".";
    }

    /** A name in scope with this row, or an empty text. */
    private String aliasOf(Row row) {
        List<Source> fitting = scope.stream().filter(each -> each.row() == row).toList();
        return fitting.isEmpty() ? "" : pick(fitting).alias();
    }

    private String of(Row row, String column, String otherwise) {
        String alias = aliasOf(row);
        return alias.isEmpty() ? otherwise : alias + dot() + column;
    }

    /** A row of t. */
    private String row() {
        String alias = aliasOf(Row.T);
        return alias.isEmpty() || oneIn(6) ? "(SELECT t FROM t ORDER BY t.id LIMIT 1)" : "(" + alias + ")";
    }

    private String leaf() {
        return any(
                () -> Integer.toString(1 + random.nextInt(4)),
                () -> of(Row.T, "id", "1"),
                () -> of(Row.U, "t_id", "2"),
                () -> of(Row.PAIR, "a", "3"),
                () -> of(Row.ID, "id", "4"),
                () -> of(Row.WORDS, pick(List.of("from", "select", "table", "update", "into", "\"for\"", "key")), "5"),
                () -> aliasOf(Row.INT).isEmpty() ? "6" : aliasOf(Row.INT));
    }

    private String integer(int depth) {
        if (depth <= 0 || oneIn(4)) {
            return leaf();
        }
        int d = depth - 1;
        return switch (random.nextInt(6)) {
            case 0 ->
                any(
                        () -> "(" + integer(d) + " + " + integer(d) + ")",
                        () -> "(" + integer(d) + ")",
                        () -> "(" + integer(d) + " OPERATOR(pg_catalog.-) " + integer(d) + ")",
                        () -> "(" + integer(d) + " <++> " + integer(d) + ")",
                        () -> danger("(- " + integer(d) + ")", () -> "(!!! " + integer(d) + ")"));
            case 1 ->
                any(
                        () -> "CASE WHEN " + bool(d) + " THEN " + integer(d) + " ELSE " + integer(d) + " END",
                        () -> "coalesce(" + integer(d) + ", " + integer(d) + ")",
                        () -> "length(" + text(d) + ")",
                        () -> "(ARRAY[" + integer(d) + ", 2])[1]",
                        () -> "extract(day FROM interval '3' day)::int",
                        () -> "position(" + text(d) + " IN " + text(d) + ")");
            case 2 -> spelled(danger("pure", () -> "writes")) + " (" + integer(d) + ")";
            case 3 ->
                any(
                        () -> "named(a => " + integer(d) + ", \"left\" := " + integer(d) + ")",
                        () -> danger("cheap()", () -> spelled("costly") + "()"),
                        () -> danger("abs(1)", () -> "nextval('s')::int"),
                        () -> danger(leaf(), this::effect),
                        () -> danger("mod(5, 3)", () -> "mixed(" + integer(d) + ")"),
                        () -> danger("2", () -> "liar(" + integer(d) + ")"));
            case 4 -> any(this::attribute, () -> converted(d), () -> converted(d));
            default ->
                any(
                        () -> "(SELECT q.a FROM (" + ints(d) + ") q LIMIT 1)",
                        () -> "(SELECT max(q.a) FROM (" + ints(d) + ") q)",
                        () -> "(" + grouped(d) + " LIMIT 1)::int",
                        () -> danger(
                                "(SELECT t.id FROM t LIMIT 1)",
                                () -> "(SELECT t.id FROM t LIMIT 1 FOR " + lockStrength() + ")"),
                        () -> danger("(SELECT 1)", () -> "(SELECT max(w.id) FROM " + spelled("writing") + " w)::int"));
        };
    }

    private String effect() {
        effect = true;
        return pick(EFFECTS);
    }

    /** A call in attribute notation, or a column. */
    private String attribute() {
        String value = aliasOf(Row.INT);
        return any(
                () -> "(" + leaf() + ")" + dot() + danger("pure", () -> "writes"),
                () -> value.isEmpty()
                        ? "7"
                        : value + dot() + danger("pure", () -> pick(List.of("writes", "spread", "writing_sum"))),
                () -> row()
                        + dot()
                        + danger("id", () -> pick(List.of("touched", "merge", "framed", "\"touched\"", "anything"))),
                () -> of(
                        Row.T,
                        danger("id", () -> pick(List.of("touched", "TOUCHED", "merge", "framed", "anything"))),
                        "8"),
                () -> aliasOf(Row.WORDS).isEmpty()
                        ? "9"
                        : "(" + aliasOf(Row.WORDS) + ")" + dot() + pick(List.of("from", "into", "update")));
    }

    private String converted(int d) {
        return any(
                () -> some(d) + "::" + danger("positive", () -> spelled(pick(List.of("ticket", "raffle")))),
                () -> danger("takes_positive", () -> spelled("takes_ticket")) + "(" + some(d) + ")",
                () -> "CAST(" + some(d) + " AS " + danger("positive", () -> "ticket") + ")",
                () -> "(" + some(d) + "::" + danger("medal).grade", () -> "coin).cents"),
                () -> "CASE WHEN ROW(1, 'a')::" + danger("address", () -> "stub") + " IS NULL THEN 1 ELSE 2 END",
                () -> danger("3", () -> "(jsonb_populate_record(NULL::stub, '{\"no\":\u00011}')).no::int"),
                () -> danger("4", () -> "1000000::numbered::int"));
    }

    /** A positive number. */
    private String some(int depth) {
        return "(abs(" + integer(depth) + ") + 1)";
    }

    private String text(int depth) {
        if (depth <= 0 || oneIn(3)) {
            return any(
                    () -> "'it''s'",
                    () -> "$$DELETE FROM t$$",
                    () -> "E'\\''",
                    () -> of(Row.T, "name", "'t'"),
                    () -> of(Row.U, "note", "'u'"),
                    () -> of(Row.PAIR, "b", "'p'"),
                    () -> aliasOf(Row.PERSON).isEmpty()
                            ? "'h'"
                            : "(" + aliasOf(Row.PERSON) + dot() + "home)" + dot() + "city");
        }
        int d = depth - 1;
        return any(
                () -> "(" + text(d) + " || " + text(d) + ")",
                () -> "(" + integer(d) + ")::text",
                () -> "upper(" + text(d) + ")",
                () -> "substring(" + text(d) + " FROM 1 FOR 2)",
                () -> "trim(BOTH 'x' FROM " + text(d) + ")",
                () -> danger("initials(" + row() + ")", () -> "reverse(" + row() + ")"),
                () -> danger("looks_up(1)", () -> spelled("writes_text") + "(" + text(d) + ")"),
                () -> danger("'v'", () -> "table_to_xml('writing',\u0001true,\u0001true,\u0001'')::text"),
                () -> danger("'w'", () -> "pg_input_is_valid('1',\u0001'ticket')::text"));
    }

    private String bool(int depth) {
        if (depth <= 0) {
            return any(() -> "true", () -> leaf() + " = " + leaf(), () -> text(0) + " IS NOT NULL");
        }
        int d = depth - 1;
        return any(
                () -> integer(d) + " BETWEEN " + integer(d) + " AND " + integer(d),
                () -> text(d) + " LIKE " + text(d) + " ESCAPE '!'",
                () -> integer(d) + " IN (" + ints(d) + ")",
                () -> integer(d) + " IN (" + integer(d) + ", " + integer(d) + ")",
                () -> "EXISTS (" + pairs(d) + ")",
                () -> integer(d) + " IS NOT DISTINCT FROM " + integer(d),
                () -> "(" + bool(d) + " OR NOT (" + bool(d) + "))",
                () -> row() + " " + danger("<##>", () -> pick(List.of("<@@>", "<&&>", "<&!>", "OPERATOR(other.<@^>)")))
                        + " " + row(),
                () -> danger(row() + " IS NULL", () -> "NOT (" + row() + " <&&> " + row() + ")"));
    }
}
