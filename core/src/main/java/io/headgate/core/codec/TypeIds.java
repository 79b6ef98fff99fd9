package io.headgate.core.codec;

/**
 * Ids of types that have a form of their own in Java.
 *
 * @see <a href="https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat">PostgreSQL, pg_type.dat</a>
 */
public final class TypeIds {

    /** No type: the server decides. */
    public static final int UNSPECIFIED = 0;
    /** {@code bool}. */
    public static final int BOOL = 16;
    /** {@code bytea}. */
    public static final int BYTEA = 17;
    /** {@code int8}. */
    public static final int INT8 = 20;
    /** {@code int2}. */
    public static final int INT2 = 21;
    /** {@code int4}. */
    public static final int INT4 = 23;
    /** {@code float4}. */
    public static final int FLOAT4 = 700;
    /** {@code float8}. */
    public static final int FLOAT8 = 701;
    /** {@code date}. */
    public static final int DATE = 1082;
    /** {@code time}. */
    public static final int TIME = 1083;
    /** {@code timestamp}. */
    public static final int TIMESTAMP = 1114;
    /** {@code timestamptz}. */
    public static final int TIMESTAMPTZ = 1184;
    /** {@code interval}. */
    public static final int INTERVAL = 1186;
    /** {@code timetz}. */
    public static final int TIMETZ = 1266;
    /** {@code numeric}. */
    public static final int NUMERIC = 1700;
    /** {@code uuid}. */
    public static final int UUID = 2950;
    /** {@code jsonb}. */
    public static final int JSONB = 3802;

    /** {@code bool[]}. */
    public static final int BOOL_ARRAY = 1000;
    /** {@code bytea[]}. */
    public static final int BYTEA_ARRAY = 1001;
    /** {@code int2[]}. */
    public static final int INT2_ARRAY = 1005;
    /** {@code int4[]}. */
    public static final int INT4_ARRAY = 1007;
    /** {@code text[]}. */
    public static final int TEXT_ARRAY = 1009;
    /** {@code int8[]}. */
    public static final int INT8_ARRAY = 1016;
    /** {@code float4[]}. */
    public static final int FLOAT4_ARRAY = 1021;
    /** {@code float8[]}. */
    public static final int FLOAT8_ARRAY = 1022;
    /** {@code timestamp[]}. */
    public static final int TIMESTAMP_ARRAY = 1115;
    /** {@code date[]}. */
    public static final int DATE_ARRAY = 1182;
    /** {@code time[]}. */
    public static final int TIME_ARRAY = 1183;
    /** {@code timestamptz[]}. */
    public static final int TIMESTAMPTZ_ARRAY = 1185;
    /** {@code interval[]}. */
    public static final int INTERVAL_ARRAY = 1187;
    /** {@code numeric[]}. */
    public static final int NUMERIC_ARRAY = 1231;
    /** {@code timetz[]}. */
    public static final int TIMETZ_ARRAY = 1270;
    /** {@code uuid[]}. */
    public static final int UUID_ARRAY = 2951;

    private TypeIds() {}

    /** The id of the array type whose elements have a type; 0 for those that are sent without one. */
    public static int arrayOf(int typeId) {
        return switch (typeId) {
            case BOOL -> BOOL_ARRAY;
            case BYTEA -> BYTEA_ARRAY;
            case DATE -> DATE_ARRAY;
            case TIME -> TIME_ARRAY;
            case TIMESTAMP -> TIMESTAMP_ARRAY;
            case TIMESTAMPTZ -> TIMESTAMPTZ_ARRAY;
            case INTERVAL -> INTERVAL_ARRAY;
            case TIMETZ -> TIMETZ_ARRAY;
            default -> UNSPECIFIED;
        };
    }

    /** The type of an array type's elements; 0 for an array whose elements stay text, -1 for what is no array. */
    public static int elementOf(int arrayTypeId) {
        return switch (arrayTypeId) {
            case BOOL_ARRAY -> BOOL;
            case BYTEA_ARRAY -> BYTEA;
            case INT2_ARRAY -> INT2;
            case INT4_ARRAY -> INT4;
            case INT8_ARRAY -> INT8;
            case FLOAT4_ARRAY -> FLOAT4;
            case FLOAT8_ARRAY -> FLOAT8;
            case TIMESTAMP_ARRAY -> TIMESTAMP;
            case DATE_ARRAY -> DATE;
            case TIME_ARRAY -> TIME;
            case TIMESTAMPTZ_ARRAY -> TIMESTAMPTZ;
            case INTERVAL_ARRAY -> INTERVAL;
            case NUMERIC_ARRAY -> NUMERIC;
            case TIMETZ_ARRAY -> TIMETZ;
            case UUID_ARRAY -> UUID;
            // char, name, text, bpchar, varchar
            case 1002, 1003, TEXT_ARRAY, 1014, 1015 -> UNSPECIFIED;
            default -> -1;
        };
    }
}
