package io.headgate.driver.vertx;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The types that Vert.x supports, by its names, with their ids in {@code pg_type}. Values of the first table pass unchanged. Those of the
 * second are refused, because Vert.x returns something else than PostgreSQL holds: null (oid, xml, bit, macaddr), other digits (json),
 * other units (interval, whose 30 days become a month; money), other text (inet). Or it cannot send them (tsvector). Unlisted types pass
 * as text.
 *
 * @see <a href="https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat">PostgreSQL, pg_type.dat</a>
 */
final class ValueTypes {

    /** The id of a type that Vert.x does not know. */
    static final int OTHER = 0;

    /** Name, id, and the array's id. */
    private static final Map<String, Integer> UNCHANGED = ids("""
            BOOL 16 1000
            INT2 21 1005
            INT4 23 1007
            INT8 20 1016
            FLOAT4 700 1021
            FLOAT8 701 1022
            NUMERIC 1700 1231
            CHAR 18 1002
            VARCHAR 1043 1015
            BPCHAR 1042 1014
            TEXT 25 1009
            NAME 19 1003
            DATE 1082 1182
            TIME 1083 1183
            TIMETZ 1266 1270
            TIMESTAMP 1114 1115
            TIMESTAMPTZ 1184 1185
            BYTEA 17 1001
            UUID 2950 2951
            VOID 2278
            """);

    private static final Map<String, Integer> CHANGED = ids("""
            OID 26 1028
            JSON 114 199
            JSONB 3802 3807
            INTERVAL 1186 1187
            XML 142 143
            BIT 1560 1561
            VARBIT 1562 1563
            MONEY 790 791
            INET 869 1041
            CIDR 650
            MACADDR 829
            MACADDR8 774
            POINT 600 1017
            LINE 628 629
            LSEG 601 1018
            BOX 603 1020
            PATH 602 1019
            POLYGON 604 1027
            CIRCLE 718 719
            TS_VECTOR 3614 3643
            TS_QUERY 3615 3645
            HSTORE 33670
            """);

    private static final Set<Integer> UNCHANGED_IDS = Set.copyOf(UNCHANGED.values());
    private static final Map<Integer, String> CHANGED_NAMES = CHANGED.entrySet().stream()
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, entry -> sqlName(entry.getKey())));

    private ValueTypes() {}

    private static Map<String, Integer> ids(String table) {
        Map<String, Integer> ids = new HashMap<>();
        table.lines().map(line -> line.split(" ")).forEach(words -> {
            ids.put(words[0], Integer.valueOf(words[1]));
            if (words.length > 2) {
                ids.put(words[0] + "_ARRAY", Integer.valueOf(words[2]));
            }
        });
        return Map.copyOf(ids);
    }

    private static String sqlName(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_array", "[]").replace("_", "");
    }

    /** The id of a type by Vert.x's name; {@link #OTHER} for an unknown one. */
    static int idOf(String name) {
        Integer id = UNCHANGED.get(name);
        return id != null ? id : CHANGED.getOrDefault(name, OTHER);
    }

    /** Whether values of a type pass through Vert.x unchanged. Others are refused or pass as text. */
    static boolean isUnchanged(int id) {
        return UNCHANGED_IDS.contains(id);
    }

    /** PostgreSQL's name of a type whose values Vert.x changes; null for other types. */
    static @Nullable String changed(int id) {
        return CHANGED_NAMES.get(id);
    }
}
