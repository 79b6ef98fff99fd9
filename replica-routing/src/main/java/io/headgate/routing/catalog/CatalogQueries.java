package io.headgate.routing.catalog;

import io.headgate.core.Access;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.sql.SqlName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Reads the {@link ReadCatalog} of a database. */
public final class CatalogQueries {

    /** The first object id of users: {@code FirstNormalObjectId}. */
    private static final String FIRST_OF_USERS = "16384";

    private static final SqlStatement FUNCTIONS = reading("""
            SELECT n.nspname::text, p.proname::text, bool_or(p.provolatile = 'v')
            FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
            GROUP BY 1, 2
            """);

    /** Views, then the policies of tables. A materialized view holds its rows, so reading it runs nothing. */
    private static final SqlStatement HIDDEN = reading("""
            SELECT n.nspname::text, c.relname::text, pg_catalog.pg_get_viewdef(c.oid)
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'v' AND c.oid >= :users
            UNION ALL
            SELECT n.nspname::text, c.relname::text, 'SELECT ' || pg_catalog.pg_get_expr(p.polqual, p.polrelid)
            FROM pg_catalog.pg_policy p
              JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relrowsecurity AND p.polqual IS NOT NULL AND p.polcmd IN ('r', '*')
            """.replace(":users", FIRST_OF_USERS));

    /** Operators; domains with a check; and functions of one row, which {@code t.f} calls too. */
    private static final SqlStatement WORDS = reading("""
            SELECT o.oprname::text
            FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode
            WHERE o.oid >= :users AND p.provolatile = 'v'
            UNION
            SELECT t.typname::text
            FROM pg_catalog.pg_constraint c
              JOIN pg_catalog.pg_type t ON t.oid = c.contypid
              JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_constraint'::regclass AND d.objid = c.oid
              JOIN pg_catalog.pg_proc p ON d.refclassid = 'pg_catalog.pg_proc'::regclass AND p.oid = d.refobjid
            WHERE p.provolatile = 'v'
            UNION
            SELECT p.proname::text
            FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_type t ON t.oid = p.proargtypes[0]
            WHERE p.oid >= :users AND p.provolatile = 'v' AND p.pronargs - p.pronargdefaults <= 1 AND t.typtype IN ('c', 'p')
            """.replace(":users", FIRST_OF_USERS));

    private static final SqlStatement CASTS = reading("""
            SELECT count(*)
            FROM pg_catalog.pg_cast c JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
            WHERE c.oid >= :users AND p.provolatile = 'v'
            """.replace(":users", FIRST_OF_USERS));

    private CatalogQueries() {}

    private static SqlStatement reading(String sql) {
        return SqlStatement.of(sql).with(options -> options.access(Access.READ).name("headgate-catalog"));
    }

    /**
     * The catalog as it is now, of one snapshot.
     *
     * @param allowed names of volatile functions that are harmless
     * @param denied names of other functions that are not
     */
    public static Mono<ReadCatalog> load(SqlExecutor executor, Set<String> allowed, Set<String> denied) {
        return executor.atomically(List.of(FUNCTIONS, HIDDEN, WORDS, CASTS)).map(results -> {
            FunctionVolatility functions = FunctionVolatility.of(functions(results.get(0)), allowed, denied);
            Set<String> words = new HashSet<>();
            results.get(2).rows().forEach(row -> words.add(row.require(0, String.class)));
            words.removeAll(allowed);
            boolean castsWrite = results.get(3).rows().get(0).require(0, Long.class) > 0;
            return new ReadCatalog(functions, hidden(results.get(1)), words, castsWrite);
        });
    }

    private static List<FunctionVolatility.Entry> functions(SqlResult result) {
        List<FunctionVolatility.Entry> entries = new ArrayList<>();
        for (SqlRow row : result.rows()) {
            entries.add(new FunctionVolatility.Entry(
                    row.require(0, String.class), row.require(1, String.class), row.require(2, Boolean.class)));
        }
        return entries;
    }

    private static List<ReadCatalog.Hidden> hidden(SqlResult result) {
        List<ReadCatalog.Hidden> all = new ArrayList<>();
        for (SqlRow row : result.rows()) {
            SqlName relation = new SqlName(row.require(0, String.class), row.require(1, String.class));
            all.add(new ReadCatalog.Hidden(relation, row.require(2, String.class)));
        }
        return all;
    }
}
