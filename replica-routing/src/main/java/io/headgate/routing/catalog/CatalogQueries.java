package io.headgate.routing.catalog;

import io.headgate.core.Access;
import io.headgate.core.SqlExecutor;
import io.headgate.core.SqlResult;
import io.headgate.core.SqlRow;
import io.headgate.core.SqlStatement;
import io.headgate.core.sql.SqlName;
import io.headgate.core.sql.StatementCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Reads the {@link ReadCatalog} of a database. */
public final class CatalogQueries {

    /** 16384 is the first object id of users: {@code FirstNormalObjectId}. */
    private static final SqlStatement FUNCTIONS = reading("""
            SELECT n.nspname::text, p.proname::text, bool_or(p.provolatile = 'v'),
              bool_or(p.provolatile = 'v' AND p.oid >= 16384)
            FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
            GROUP BY 1, 2
            """);

    private static final SqlStatement HIDDEN = reading(HiddenCodeQuery.SQL);

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
        return executor.atomically(List.of(FUNCTIONS, HIDDEN)).map(results -> {
            FunctionVolatility functions = FunctionVolatility.of(functions(results.get(0)), allowed, denied);
            return new ReadCatalog(functions, hidden(results.get(1)));
        });
    }

    private static List<FunctionVolatility.Entry> functions(SqlResult result) {
        List<FunctionVolatility.Entry> entries = new ArrayList<>();
        for (SqlRow row : result.rows()) {
            entries.add(new FunctionVolatility.Entry(
                    row.require(0, String.class),
                    row.require(1, String.class),
                    row.require(2, Boolean.class),
                    row.require(3, Boolean.class)));
        }
        return entries;
    }

    private static List<HiddenCode> hidden(SqlResult result) {
        List<HiddenCode> all = new ArrayList<>();
        for (SqlRow row : result.rows()) {
            @Nullable String query = row.get(2, String.class);
            @Nullable String function = row.get(4, String.class);
            all.add(new HiddenCode(
                    HiddenCode.Kind.valueOf(row.require(0, String.class)),
                    row.require(1, String.class),
                    query == null ? null : StatementCatalog.once(query),
                    function == null ? null : new SqlName(row.require(3, String.class), function),
                    row.get(5, String.class)));
        }
        return all;
    }
}
