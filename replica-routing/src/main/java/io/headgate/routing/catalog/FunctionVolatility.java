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
    record Entry(String schema, String name, boolean anyVolatile) {}

    private static final String OWN = "pg_catalog";

    private final Map<SqlName, Boolean> harmless;

    /** The names of volatile functions that are not PostgreSQL's own. */
    private final Set<String> harmful;

    private final Set<String> allowed;
    private final Set<String> denied;

    private FunctionVolatility(
            Map<SqlName, Boolean> harmless, Set<String> harmful, Set<String> allowed, Set<String> denied) {
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
        Set<String> harmful = new HashSet<>();
        for (Entry each : entries) {
            harmless.put(new SqlName(each.schema, each.name), !each.anyVolatile);
            harmless.merge(new SqlName(null, each.name), !each.anyVolatile, Boolean::logicalAnd);
            if (each.anyVolatile && !each.schema.equals(OWN)) {
                harmful.add(each.name);
            }
        }
        harmful.removeAll(allowed);
        return new FunctionVolatility(harmless, harmful, allowed, denied);
    }

    /** Whether no function of this name writes, as far as its volatility says. False for a name that does not exist. */
    boolean isHarmless(SqlName function) {
        if (denied.contains(function.name())) {
            return false;
        }
        return allowed.contains(function.name()) || Boolean.TRUE.equals(harmless.get(function));
    }

    /** Whether a built-in function of this name may be hidden or overloaded by one that writes. */
    boolean isHarmful(SqlName function) {
        return denied.contains(function.name()) || (function.schema() == null && harmful.contains(function.name()));
    }
}
