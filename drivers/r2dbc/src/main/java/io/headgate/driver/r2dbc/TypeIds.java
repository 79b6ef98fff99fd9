package io.headgate.driver.r2dbc;

/**
 * Ids of types that this driver tells apart.
 *
 * @see <a href="https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat">PostgreSQL, pg_type.dat</a>
 */
final class TypeIds {

    static final int UNSPECIFIED = 0;
    static final int BOOL = 16;
    static final int BYTEA = 17;
    static final int INT8 = 20;
    static final int INT2 = 21;
    static final int INT4 = 23;
    static final int FLOAT4 = 700;
    static final int FLOAT8 = 701;
    static final int DATE = 1082;
    static final int TIME = 1083;
    static final int TIMESTAMP = 1114;
    static final int TIMESTAMPTZ = 1184;
    static final int INTERVAL = 1186;
    static final int TIMETZ = 1266;
    static final int NUMERIC = 1700;
    static final int UUID = 2950;

    private TypeIds() {}

    /** The id of the array type whose elements have a type; 0 for those this driver sends without one. */
    static int arrayOf(int typeId) {
        return switch (typeId) {
            case BOOL -> 1000;
            case BYTEA -> 1001;
            case DATE -> 1182;
            case TIME -> 1183;
            case TIMESTAMP -> 1115;
            case TIMESTAMPTZ -> 1185;
            case INTERVAL -> 1187;
            case TIMETZ -> 1270;
            default -> UNSPECIFIED;
        };
    }

    /** The type of an array type's elements; 0 for an array whose elements stay text, -1 for what is no array. */
    static int elementOf(int arrayTypeId) {
        return switch (arrayTypeId) {
            case 1000 -> BOOL;
            case 1001 -> BYTEA;
            case 1005 -> INT2;
            case 1007 -> INT4;
            case 1016 -> INT8;
            case 1021 -> FLOAT4;
            case 1022 -> FLOAT8;
            case 1115 -> TIMESTAMP;
            case 1182 -> DATE;
            case 1183 -> TIME;
            case 1185 -> TIMESTAMPTZ;
            case 1187 -> INTERVAL;
            case 1231 -> NUMERIC;
            case 1270 -> TIMETZ;
            case 2951 -> UUID;
            // char, name, text, bpchar, varchar
            case 1002, 1003, 1009, 1014, 1015 -> UNSPECIFIED;
            default -> -1;
        };
    }
}
