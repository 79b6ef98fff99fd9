package io.headgate.core.sql;

import java.util.Locale;

/**
 * PostgreSQL's keywords, as far as the analysis needs them.
 *
 * <p>Each word that the analysis checks has its own constant. The other reserved words share one constant per kind, and so do the other
 * words that can name a column but not a function: a parenthesis after them does not mean a call. All other words, keywords or not,
 * are {@link #NONE}.
 *
 * <p>Source: {@code pg_get_keywords()} of PostgreSQL 18.
 */
enum Keyword {
    /** Not a keyword, or one that is used like a name. */
    NONE(Kind.NAME),
    OTHER_RESERVED(Kind.RESERVED),
    /** Reserved words that are values by themselves. */
    OTHER_VALUE(Kind.RESERVED),
    OTHER_COLUMN_NAME(Kind.COLUMN_NAME),

    ALL(Kind.RESERVED),
    ANALYSE(Kind.RESERVED),
    ANALYZE(Kind.RESERVED),
    AS(Kind.RESERVED),
    CASE(Kind.RESERVED),
    CREATE(Kind.RESERVED),
    DISTINCT(Kind.RESERVED),
    DO(Kind.RESERVED),
    END(Kind.RESERVED),
    EXCEPT(Kind.RESERVED),
    FALSE(Kind.RESERVED),
    FETCH(Kind.RESERVED),
    FOR(Kind.RESERVED),
    FROM(Kind.RESERVED),
    GRANT(Kind.RESERVED),
    GROUP(Kind.RESERVED),
    HAVING(Kind.RESERVED),
    INTERSECT(Kind.RESERVED),
    INTO(Kind.RESERVED),
    LATERAL(Kind.RESERVED),
    LIMIT(Kind.RESERVED),
    NOT(Kind.RESERVED),
    OFFSET(Kind.RESERVED),
    ON(Kind.RESERVED),
    ONLY(Kind.RESERVED),
    OR(Kind.RESERVED),
    ORDER(Kind.RESERVED),
    RETURNING(Kind.RESERVED),
    SELECT(Kind.RESERVED),
    TABLE(Kind.RESERVED),
    THEN(Kind.RESERVED),
    TO(Kind.RESERVED),
    TRUE(Kind.RESERVED),
    UNION(Kind.RESERVED),
    USING(Kind.RESERVED),
    WHEN(Kind.RESERVED),
    WHERE(Kind.RESERVED),
    WINDOW(Kind.RESERVED),
    WITH(Kind.RESERVED),

    BETWEEN(Kind.COLUMN_NAME),
    BIT(Kind.COLUMN_NAME),
    CHAR(Kind.COLUMN_NAME),
    CHARACTER(Kind.COLUMN_NAME),
    EXISTS(Kind.COLUMN_NAME),
    GROUPING(Kind.COLUMN_NAME),
    INTERVAL(Kind.COLUMN_NAME),
    NCHAR(Kind.COLUMN_NAME),
    SETOF(Kind.COLUMN_NAME),
    TIME(Kind.COLUMN_NAME),
    VALUES(Kind.COLUMN_NAME),

    AUTHORIZATION(Kind.FUNCTION_OR_TYPE),
    BINARY(Kind.FUNCTION_OR_TYPE),
    CONCURRENTLY(Kind.FUNCTION_OR_TYPE),
    CROSS(Kind.FUNCTION_OR_TYPE),
    FULL(Kind.FUNCTION_OR_TYPE),
    ILIKE(Kind.FUNCTION_OR_TYPE),
    INNER(Kind.FUNCTION_OR_TYPE),
    IS(Kind.FUNCTION_OR_TYPE),
    JOIN(Kind.FUNCTION_OR_TYPE),
    LEFT(Kind.FUNCTION_OR_TYPE),
    LIKE(Kind.FUNCTION_OR_TYPE),
    NATURAL(Kind.FUNCTION_OR_TYPE),
    OUTER(Kind.FUNCTION_OR_TYPE),
    OVERLAPS(Kind.FUNCTION_OR_TYPE),
    RIGHT(Kind.FUNCTION_OR_TYPE),
    TABLESAMPLE(Kind.FUNCTION_OR_TYPE),
    VERBOSE(Kind.FUNCTION_OR_TYPE),

    ABORT(Kind.NAME),
    ALTER(Kind.NAME),
    ATOMIC(Kind.NAME),
    BEGIN(Kind.NAME),
    BREADTH(Kind.NAME),
    BY(Kind.NAME),
    CALL(Kind.NAME),
    CHARACTERISTICS(Kind.NAME),
    CHECKPOINT(Kind.NAME),
    CLOSE(Kind.NAME),
    CLUSTER(Kind.NAME),
    COLUMNS(Kind.NAME),
    COMMENT(Kind.NAME),
    COMMIT(Kind.NAME),
    CONFLICT(Kind.NAME),
    CONSTRAINTS(Kind.NAME),
    CONTENT(Kind.NAME),
    COPY(Kind.NAME),
    CUBE(Kind.NAME),
    CYCLE(Kind.NAME),
    DAY(Kind.NAME),
    DEALLOCATE(Kind.NAME),
    DECLARE(Kind.NAME),
    DELETE(Kind.NAME),
    DEPTH(Kind.NAME),
    DISCARD(Kind.NAME),
    DOCUMENT(Kind.NAME),
    DROP(Kind.NAME),
    ESCAPE(Kind.NAME),
    EXECUTE(Kind.NAME),
    EXPLAIN(Kind.NAME),
    FILTER(Kind.NAME),
    FIRST(Kind.NAME),
    FUNCTION(Kind.NAME),
    GLOBAL(Kind.NAME),
    GROUPS(Kind.NAME),
    HOLD(Kind.NAME),
    HOUR(Kind.NAME),
    IF(Kind.NAME),
    IMPORT(Kind.NAME),
    INSERT(Kind.NAME),
    KEY(Kind.NAME),
    LISTEN(Kind.NAME),
    LOAD(Kind.NAME),
    LOCAL(Kind.NAME),
    LOCK(Kind.NAME),
    MATERIALIZED(Kind.NAME),
    MERGE(Kind.NAME),
    MINUTE(Kind.NAME),
    MOVE(Kind.NAME),
    NEXT(Kind.NAME),
    NO(Kind.NAME),
    NOTIFY(Kind.NAME),
    OPERATOR(Kind.NAME),
    ORDINALITY(Kind.NAME),
    OVER(Kind.NAME),
    PARTITION(Kind.NAME),
    PASSING(Kind.NAME),
    PREPARE(Kind.NAME),
    PROCEDURE(Kind.NAME),
    RANGE(Kind.NAME),
    READ(Kind.NAME),
    REASSIGN(Kind.NAME),
    RECURSIVE(Kind.NAME),
    REFRESH(Kind.NAME),
    REINDEX(Kind.NAME),
    RELEASE(Kind.NAME),
    REPEATABLE(Kind.NAME),
    REPLACE(Kind.NAME),
    RESET(Kind.NAME),
    REVOKE(Kind.NAME),
    ROLE(Kind.NAME),
    ROLLBACK(Kind.NAME),
    ROLLUP(Kind.NAME),
    ROWS(Kind.NAME),
    RULE(Kind.NAME),
    SAVEPOINT(Kind.NAME),
    SEARCH(Kind.NAME),
    SECOND(Kind.NAME),
    SECURITY(Kind.NAME),
    SESSION(Kind.NAME),
    SET(Kind.NAME),
    SETS(Kind.NAME),
    SHARE(Kind.NAME),
    SHOW(Kind.NAME),
    START(Kind.NAME),
    STDIN(Kind.NAME),
    STDOUT(Kind.NAME),
    TEMP(Kind.NAME),
    TEMPORARY(Kind.NAME),
    TRANSACTION(Kind.NAME),
    TRUNCATE(Kind.NAME),
    UESCAPE(Kind.NAME),
    UNLISTEN(Kind.NAME),
    UNLOGGED(Kind.NAME),
    UPDATE(Kind.NAME),
    VACUUM(Kind.NAME),
    VALUE(Kind.NAME),
    VARYING(Kind.NAME),
    VERSION(Kind.NAME),
    VIEW(Kind.NAME),
    ZONE(Kind.NAME);

    private static final String MORE_RESERVED = """
            and any array asc asymmetric both cast check collate column constraint default deferrable
            desc else foreign in initially leading placing primary references some symmetric trailing
            unique variadic
            """;

    private static final String MORE_VALUES = """
            current_catalog current_date current_role current_time current_timestamp current_user
            localtime localtimestamp null session_user system_user user
            """;

    private static final String MORE_COLUMN_NAMES = """
            bigint boolean coalesce dec decimal extract float greatest inout int integer json
            json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar
            json_serialize json_table json_value least merge_action national none normalize nullif
            numeric out overlay position precision real row smallint substring timestamp treat
            trim varchar xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse
            xmlpi xmlroot xmlserialize xmltable
            """;

    /** What a keyword without quotes can be in PostgreSQL. */
    private enum Kind {
        RESERVED,
        COLUMN_NAME,
        FUNCTION_OR_TYPE,
        NAME
    }

    private final Kind kind;

    Keyword(Kind kind) {
        this.kind = kind;
    }

    /** Whether the word is reserved. As a name it can then only be a column's label, or a part of a name after a dot. */
    boolean isReserved() {
        return kind == Kind.RESERVED;
    }

    /** Whether {@code word(...)} can be a call of a function with that name. */
    boolean canNameFunction() {
        return kind == Kind.FUNCTION_OR_TYPE || kind == Kind.NAME;
    }

    /** Whether the word can name a column without quotes, and so end an operand. BETWEEN never ends one. */
    boolean canEndOperand() {
        return this != BETWEEN && (kind == Kind.NAME || kind == Kind.COLUMN_NAME);
    }

    /** Whether the word can be an alias without {@code AS} before it in a FROM clause. */
    boolean canNameAlias() {
        return kind == Kind.COLUMN_NAME || kind == Kind.NAME;
    }

    /** One step of the hash for {@link #find}: start with 0 and add each character of the word. */
    static int hashStep(int hash, char c) {
        return hash * 31 + (c | 0x20);
    }

    /** The keyword that {@code text[from, to)} spells, ignoring case. */
    static Keyword find(String text, int from, int to, int hash) {
        return Table.find(text, from, to, hash);
    }

    /** An open-addressing hash table, so that a look-up allocates nothing. */
    private static final class Table {
        private static final int MASK = 1023;
        private static final String[] WORDS = new String[MASK + 1];
        private static final Keyword[] KEYWORDS = new Keyword[MASK + 1];

        static {
            for (Keyword keyword : values()) {
                if (!keyword.name().startsWith("OTHER_") && keyword != NONE) {
                    put(keyword.name().toLowerCase(Locale.ROOT), keyword);
                }
            }
            for (String word : MORE_RESERVED.trim().split("\\s+", -1)) {
                put(word, OTHER_RESERVED);
            }
            for (String word : MORE_VALUES.trim().split("\\s+", -1)) {
                put(word, OTHER_VALUE);
            }
            for (String word : MORE_COLUMN_NAMES.trim().split("\\s+", -1)) {
                put(word, OTHER_COLUMN_NAME);
            }
        }

        private static void put(String word, Keyword keyword) {
            int hash = 0;
            for (int i = 0; i < word.length(); i++) {
                hash = hashStep(hash, word.charAt(i));
            }
            int slot = slot(hash);
            while (WORDS[slot] != null) {
                slot = (slot + 1) & MASK;
            }
            WORDS[slot] = word;
            KEYWORDS[slot] = keyword;
        }

        private static int slot(int hash) {
            return (hash ^ (hash >>> 10) ^ (hash >>> 20)) & MASK;
        }

        static Keyword find(String text, int from, int to, int hash) {
            int slot = slot(hash);
            while (WORDS[slot] != null) {
                if (spells(text, from, to, WORDS[slot])) {
                    return KEYWORDS[slot];
                }
                slot = (slot + 1) & MASK;
            }
            return NONE;
        }

        /** Folds only ASCII: String.regionMatches would also treat the Kelvin sign as a k. */
        private static boolean spells(String text, int from, int to, String word) {
            if (to - from != word.length()) {
                return false;
            }
            for (int i = 0; i < word.length(); i++) {
                char c = text.charAt(from + i);
                char folded = c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
                if (folded != word.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }
}
