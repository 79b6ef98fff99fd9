package io.headgate.core.codec;

import java.util.Arrays;

/**
 * The built-in types that the codec knows: their names, groups and array types. A type that is not listed, such as an enumeration
 * or a domain, is sent as text.
 *
 * @see <a href="https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat">PostgreSQL, pg_type.dat</a>
 */
final class BuiltInTypes {

    static final int CHAR = 18;
    static final int NAME = 19;
    static final int TEXT = 25;
    static final int OID = 26;
    static final int JSON = 114;
    static final int BOX = 603;
    static final int CIDR = 650;
    static final int UNKNOWN = 705;
    static final int MONEY = 790;
    static final int MACADDR = 829;
    static final int INET = 869;
    static final int BPCHAR = 1042;
    static final int VARCHAR = 1043;
    static final int CSTRING = 2275;

    /** Groups of types that accept the same parameter values. */
    enum Group {
        NUMBER,
        OID,
        MONEY,
        BOOLEAN,
        TEXT,
        JSON,
        BYTES,
        UUID,
        DATE_TIME,
        INTERVAL,
        NETWORK,
        ARRAY,
        OTHER
    }

    /** Array types in ascending order, for the binary search from an array type to its element type. */
    private static final int[] ARRAYS;

    private static final int[] ELEMENTS;

    static {
        int[][] pairs = {
            {TypeIds.BOOL_ARRAY, TypeIds.BOOL},
            {TypeIds.BYTEA_ARRAY, TypeIds.BYTEA},
            {1002, CHAR},
            {1003, NAME},
            {TypeIds.INT8_ARRAY, TypeIds.INT8},
            {TypeIds.INT2_ARRAY, TypeIds.INT2},
            {TypeIds.INT4_ARRAY, TypeIds.INT4},
            {TypeIds.TEXT_ARRAY, TEXT},
            {1028, OID},
            {199, JSON},
            {651, CIDR},
            {TypeIds.FLOAT4_ARRAY, TypeIds.FLOAT4},
            {TypeIds.FLOAT8_ARRAY, TypeIds.FLOAT8},
            {791, MONEY},
            {1040, MACADDR},
            {1041, INET},
            {1014, BPCHAR},
            {1015, VARCHAR},
            {TypeIds.DATE_ARRAY, TypeIds.DATE},
            {TypeIds.TIME_ARRAY, TypeIds.TIME},
            {TypeIds.TIMESTAMP_ARRAY, TypeIds.TIMESTAMP},
            {TypeIds.TIMESTAMPTZ_ARRAY, TypeIds.TIMESTAMPTZ},
            {TypeIds.INTERVAL_ARRAY, TypeIds.INTERVAL},
            {TypeIds.TIMETZ_ARRAY, TypeIds.TIMETZ},
            {TypeIds.NUMERIC_ARRAY, TypeIds.NUMERIC},
            {TypeIds.UUID_ARRAY, TypeIds.UUID},
            {3807, TypeIds.JSONB},
        };
        Arrays.sort(pairs, (a, b) -> Integer.compare(a[0], b[0]));
        ARRAYS = Arrays.stream(pairs).mapToInt(pair -> pair[0]).toArray();
        ELEMENTS = Arrays.stream(pairs).mapToInt(pair -> pair[1]).toArray();
    }

    private BuiltInTypes() {}

    /** The element type of an array type; -1 if the type is not a listed array type. */
    static int elementOf(int arrayTypeId) {
        int at = Arrays.binarySearch(ARRAYS, arrayTypeId);
        return at < 0 ? -1 : ELEMENTS[at];
    }

    /** The array type of an element type; 0 if none is listed. */
    static int arrayOf(int elementTypeId) {
        for (int i = 0; i < ELEMENTS.length; i++) {
            if (ELEMENTS[i] == elementTypeId) {
                return ARRAYS[i];
            }
        }
        return TypeIds.UNSPECIFIED;
    }

    static Group groupOf(int typeId) {
        return switch (typeId) {
            case TypeIds.INT2, TypeIds.INT4, TypeIds.INT8, TypeIds.FLOAT4, TypeIds.FLOAT8, TypeIds.NUMERIC ->
                Group.NUMBER;
            case TEXT, VARCHAR, BPCHAR, NAME, CHAR, UNKNOWN, CSTRING -> Group.TEXT;
            case TypeIds.BOOL -> Group.BOOLEAN;
            case TypeIds.UUID -> Group.UUID;
            case TypeIds.DATE, TypeIds.TIME, TypeIds.TIMETZ, TypeIds.TIMESTAMP, TypeIds.TIMESTAMPTZ -> Group.DATE_TIME;
            case TypeIds.INTERVAL -> Group.INTERVAL;
            case TypeIds.BYTEA -> Group.BYTES;
            case JSON, TypeIds.JSONB -> Group.JSON;
            case INET, CIDR, MACADDR -> Group.NETWORK;
            case MONEY -> Group.MONEY;
            // xid and cid, regproc to regtype, regconfig, regdictionary, regnamespace, regrole, regcollation
            case OID, 24, 28, 29, 2202, 2203, 2204, 2205, 2206, 3734, 3769, 4089, 4096, 4191 -> Group.OID;
            default -> elementOf(typeId) < 0 ? Group.OTHER : Group.ARRAY;
        };
    }

    /** The type's SQL name, for error messages. */
    static String nameOf(int typeId) {
        String name = scalarName(typeId);
        if (name != null) {
            return name;
        }
        String element = scalarName(elementOf(typeId));
        return element != null ? element + "[]" : "type " + Integer.toUnsignedString(typeId);
    }

    private static @org.jspecify.annotations.Nullable String scalarName(int typeId) {
        return switch (typeId) {
            case TypeIds.BOOL -> "boolean";
            case TypeIds.BYTEA -> "bytea";
            case TypeIds.INT2 -> "smallint";
            case TypeIds.INT4 -> "integer";
            case TypeIds.INT8 -> "bigint";
            case TypeIds.FLOAT4 -> "real";
            case TypeIds.FLOAT8 -> "double precision";
            case TypeIds.NUMERIC -> "numeric";
            case TypeIds.UUID -> "uuid";
            case TypeIds.DATE -> "date";
            case TypeIds.TIME -> "time";
            case TypeIds.TIMETZ -> "timetz";
            case TypeIds.TIMESTAMP -> "timestamp";
            case TypeIds.TIMESTAMPTZ -> "timestamptz";
            case TypeIds.INTERVAL -> "interval";
            case CHAR -> "\"char\"";
            case NAME -> "name";
            case TEXT -> "text";
            case OID -> "oid";
            case JSON -> "json";
            case CIDR -> "cidr";
            case UNKNOWN -> "unknown";
            case MONEY -> "money";
            case MACADDR -> "macaddr";
            case INET -> "inet";
            case BPCHAR -> "char";
            case VARCHAR -> "varchar";
            case TypeIds.JSONB -> "jsonb";
            default -> null;
        };
    }
}
