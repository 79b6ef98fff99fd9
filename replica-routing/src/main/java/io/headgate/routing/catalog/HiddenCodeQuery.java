package io.headgate.routing.catalog;

/**
 * The query for {@link HiddenCode}: its kind, name, query, the schema and the name of its function, and the type that it uses.
 *
 * <p>Only what users have made can call a volatile function unseen. Expressions that PostgreSQL demands to be immutable (indexes, generated
 * columns, partition keys) do not count, nor does what reads do not run (triggers, rules, defaults of columns).
 */
final class HiddenCodeQuery {

    /** The first object id of users: {@code FirstNormalObjectId}. */
    private static final String FIRST_OF_USERS = "16384";

    /** Operators that IN, BETWEEN, LIKE, CASE, JOIN USING and {@code !=} use without showing them. */
    private static final String IMPLIED_OPERATORS =
            "'=', '<>', '<', '>', '<=', '>=', '~', '!~', '~*', '!~*', '~~', '!~~', '~~*', '!~~*'";

    /** A value gets a type that runs code: by a check, by a cast, or because a part of it has such a type. */
    private static final String TYPES = """
            domain_check AS (
              SELECT t.oid, t.typname, pg_catalog.pg_get_expr(c.conbin, 0) AS condition
              FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_type t ON t.oid = c.contypid
              WHERE c.oid >= :users AND c.conbin IS NOT NULL),
            volatile AS (
              SELECT p.oid, n.nspname, p.proname
              FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
              WHERE p.provolatile = 'v'),
            volatile_cast AS (
              SELECT c.casttarget, c.castcontext = 'i' OR c.casttarget < :users AS unseen, v.nspname, v.proname
              FROM pg_catalog.pg_cast c JOIN volatile v ON v.oid = c.castfunc
              WHERE c.oid >= :users),
            seed AS (SELECT oid FROM domain_check UNION SELECT casttarget FROM volatile_cast WHERE NOT unseen),
            part AS (
              SELECT oid AS whole, typbasetype AS part FROM pg_catalog.pg_type WHERE typbasetype >= :users
              UNION ALL
              SELECT oid, typelem FROM pg_catalog.pg_type WHERE typelem >= :users
              UNION ALL
              SELECT rngtypid, rngsubtype FROM pg_catalog.pg_range WHERE rngsubtype >= :users
              UNION ALL
              SELECT rngmultitypid, rngsubtype FROM pg_catalog.pg_range WHERE rngsubtype >= :users
              UNION ALL
              SELECT c.reltype, a.atttypid
              FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
              WHERE a.atttypid >= :users AND a.attnum > 0 AND NOT a.attisdropped AND c.reltype <> 0
                AND EXISTS (SELECT FROM seed)),
            suspect AS (
              SELECT oid FROM seed UNION SELECT part.whole FROM part JOIN suspect ON suspect.oid = part.part)
            """;

    private static final String RELATIONS = """
            SELECT 'RELATION', c.relname::text, pg_catalog.pg_get_viewdef(c.oid), NULL::text, NULL::text, NULL::text
            FROM pg_catalog.pg_class c
            WHERE c.relkind = 'v' AND c.oid >= :users
            UNION ALL
            SELECT 'RELATION', c.relname, 'SELECT ' || pg_catalog.pg_get_expr(p.polqual, p.polrelid), NULL, NULL, NULL
            FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
            WHERE c.relrowsecurity AND p.polqual IS NOT NULL AND p.polcmd IN ('r', '*')
            UNION ALL
            -- A replica cannot read unlogged tables, and its sequences are ahead: a value is logged for 32 calls.
            SELECT 'RELATION', c.relname, NULL, NULL, NULL, NULL
            FROM pg_catalog.pg_class c
            WHERE c.relkind = 'S' OR (c.relkind IN ('r', 'm', 'p') AND c.relpersistence = 'u')
            UNION ALL
            SELECT 'RELATION', 'pg_sequences', NULL, NULL, NULL, NULL
            """;

    private static final String FUNCTIONS = """
            SELECT 'FUNCTION', p.proname, 'SELECT ' || pg_catalog.pg_get_expr(p.proargdefaults, 0), NULL, NULL, NULL
            FROM pg_catalog.pg_proc p
            WHERE p.oid >= :users AND p.proargdefaults IS NOT NULL
            UNION ALL
            SELECT 'FUNCTION', a.proname, NULL, v.nspname, v.proname, NULL
            FROM pg_catalog.pg_aggregate g
              JOIN pg_catalog.pg_proc a ON a.oid = g.aggfnoid
              JOIN volatile v ON v.oid IN (g.aggtransfn, g.aggfinalfn, g.aggcombinefn, g.aggserialfn, g.aggdeserialfn,
                g.aggmtransfn, g.aggminvtransfn, g.aggmfinalfn)
            WHERE a.oid >= :users
            UNION ALL
            SELECT 'FUNCTION', p.proname, NULL, NULL, NULL, t.typname
            FROM pg_catalog.pg_proc p
              JOIN suspect ON suspect.oid = p.prorettype OR suspect.oid = ANY (p.proargtypes::oid[])
                OR suspect.oid = ANY (p.proallargtypes)
              JOIN pg_catalog.pg_type t ON t.oid = suspect.oid
            WHERE p.oid >= :users
            """;

    private static final String TYPES_FOUND = """
            SELECT 'TYPE', typname, 'SELECT ' || condition, NULL, NULL, NULL FROM domain_check
            UNION ALL
            SELECT CASE WHEN c.unseen THEN 'EVERYTHING' ELSE 'TYPE' END, t.typname, NULL, c.nspname, c.proname, NULL
            FROM volatile_cast c JOIN pg_catalog.pg_type t ON t.oid = c.casttarget
            UNION ALL
            SELECT 'TYPE', w.typname, NULL, NULL, NULL, p.typname
            FROM part
              JOIN suspect ON suspect.oid = part.part
              JOIN pg_catalog.pg_type w ON w.oid = part.whole
              JOIN pg_catalog.pg_type p ON p.oid = part.part
            """;

    /** The planner may use the negator or the commutator of an operator instead; sorting and comparing use operator classes. */
    private static final String OPERATORS = """
            SELECT CASE WHEN o.oprname IN (:implied) THEN 'EVERYTHING' ELSE 'OPERATOR' END, o.oprname, NULL, v.nspname, v.proname, NULL
            FROM pg_catalog.pg_operator o
              JOIN pg_catalog.pg_operator used ON used.oid IN (o.oid, o.oprnegate, o.oprcom)
              JOIN volatile v ON v.oid = used.oprcode
            WHERE o.oid >= :users
            UNION ALL
            SELECT 'EVERYTHING', v.proname, NULL, v.nspname, v.proname, NULL
            FROM pg_catalog.pg_amproc a JOIN volatile v ON v.oid = a.amproc
            WHERE a.oid >= :users
            UNION ALL
            SELECT 'EVERYTHING', v.proname, NULL, v.nspname, v.proname, NULL
            FROM pg_catalog.pg_amop a
              JOIN pg_catalog.pg_operator o ON o.oid = a.amopopr
              JOIN volatile v ON v.oid = o.oprcode
            WHERE a.oid >= :users
            """;

    /** What {@code t.f} calls: functions that one argument is enough for. It is a row, or may be: also after an implicit cast. */
    private static final String ATTRIBUTES = """
            SELECT
              CASE
                WHEN t.typtype IN ('c', 'd', 'p') OR t.oid IN (
                  SELECT c.casttarget
                  FROM pg_catalog.pg_cast c JOIN pg_catalog.pg_type s ON s.oid = c.castsource
                  WHERE c.castcontext = 'i' AND s.typtype = 'c') THEN 'ATTRIBUTE'
                ELSE 'SCALAR_ATTRIBUTE'
              END, p.proname, NULL, n.nspname, p.proname, NULL
            FROM pg_catalog.pg_proc p
              JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
              JOIN pg_catalog.pg_type t
                ON t.oid = CASE WHEN p.pronargs = 1 AND p.provariadic <> 0 THEN p.provariadic ELSE p.proargtypes[0] END
            WHERE p.oid >= :users AND p.pronargs >= 1 AND p.pronargs - p.pronargdefaults <= 1 AND p.prokind <> 'p'
            """;

    static final String SQL = ("WITH RECURSIVE\n" + TYPES
                    + String.join("UNION ALL\n", RELATIONS, FUNCTIONS, TYPES_FOUND, OPERATORS, ATTRIBUTES))
            .replace(":users", FIRST_OF_USERS)
            .replace(":implied", IMPLIED_OPERATORS);

    private HiddenCodeQuery() {}
}
