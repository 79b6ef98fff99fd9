package io.headgate.core.codec;

/**
 * Ids of the PostgreSQL types that have their own Java class.
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
}
