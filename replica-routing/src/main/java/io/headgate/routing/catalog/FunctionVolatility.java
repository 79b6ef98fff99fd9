package io.headgate.routing.catalog;

import io.headgate.core.sql.SqlName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which function names are harmless: no function of that name is volatile. The text does not say which overload it calls, nor which schema, so
 * all functions of a name count. Immutable.
 *
 * <p>PostgreSQL lets functions that are immutable or stable run no statement that writes, though they may call volatile functions.
 *
 * @see <a href="https://www.postgresql.org/docs/current/xfunc-volatility.html">PostgreSQL, Function Volatility Categories</a>
 */
final class FunctionVolatility {

    /** The functions of one name in one schema. */
    record Entry(String schema, String name, boolean anyVolatile, boolean anyVolatileOfUsers) {}

    /** PostgreSQL's own functions that a replica refuses, or that show another state there than on the primary. */
    private static final Set<String> OF_PRIMARY = Set.of(
            "pg_current_wal_lsn",
            "pg_current_wal_insert_lsn",
            "pg_current_wal_flush_lsn",
            "pg_walfile_name",
            "pg_walfile_name_offset",
            "pg_sequence_last_value");

    private final Map<SqlName, Boolean> harmless;

    /** The volatile functions that are not PostgreSQL's own, with and without schema. */
    private final Set<SqlName> harmful;

    private final Set<String> allowed;
    private final Set<String> denied;

    private FunctionVolatility(
            Map<SqlName, Boolean> harmless, Set<SqlName> harmful, Set<String> allowed, Set<String> denied) {
        this.harmless = harmless;
        this.harmful = harmful;
        this.allowed = allowed;
        this.denied = denied;
    }

    /**
     * @param allowed names that are harmless though they are volatile
     * @param denied names that are not harmless though they are not volatile
     */
    static FunctionVolatility of(Iterable<Entry> entries, Set<String> allowed, Set<String> denied) {
        Map<SqlName, Boolean> harmless = new HashMap<>();
        Set<SqlName> harmful = new HashSet<>();
        for (Entry each : entries) {
            harmless.put(new SqlName(each.schema, each.name), !each.anyVolatile);
            harmless.merge(new SqlName(null, each.name), !each.anyVolatile, Boolean::logicalAnd);
            if (each.anyVolatileOfUsers && !allowed.contains(each.name)) {
                harmful.add(new SqlName(each.schema, each.name));
                harmful.add(new SqlName(null, each.name));
            }
        }
        return new FunctionVolatility(harmless, harmful, allowed, denied);
    }

    /** Whether no function of this name writes, as far as its volatility says. False for a name that does not exist. */
    boolean isHarmless(SqlName function) {
        if (denied.contains(function.name())) {
            return false;
        }
        return allowed.contains(function.name()) || Boolean.TRUE.equals(harmless.get(function));
    }

    /** Whether a built-in function of this name may be hidden or overloaded by one that writes, or belongs on the primary. */
    boolean isHarmful(SqlName function) {
        String name = function.name();
        return denied.contains(name) || harmful.contains(function) || (OF_PRIMARY.contains(name) && !isAllowed(name));
    }

    /** Whether the name is harmless whatever the catalog says. */
    boolean isAllowed(String name) {
        return allowed.contains(name) && !denied.contains(name);
    }

    /** Whether some function may have this name, in any schema. As long as no function is known, any name may. */
    boolean mayExist(String name) {
        return harmless.isEmpty() || harmless.containsKey(new SqlName(null, name));
    }
}
