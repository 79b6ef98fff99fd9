package io.headgate.client.r2dbc;

import io.headgate.core.codec.TypeIds;
import io.headgate.core.type.Interval;
import io.r2dbc.spi.Type;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A type of PostgreSQL, with the default Java type of its values. Types that are not built in, such as enumerations, arrive as
 * text.
 *
 * @param id its id in {@code pg_type}; 0 if unknown
 * @see <a href="https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat">PostgreSQL, pg_type.dat</a>
 */
record PostgresType(int id, String name, Class<?> javaType) implements Type {

    static final int JSON = 114;
    static final int JSONB = TypeIds.JSONB;
    static final int POINT = 600;
    static final int LSEG = 601;
    static final int PATH = 602;
    static final int BOX = 603;
    static final int POLYGON = 604;
    static final int LINE = 628;
    static final int CIRCLE = 718;
    static final int NUMERIC = 1700;
    static final int VARCHAR = 1043;
    static final int BPCHAR = 1042;
    static final int BIT = 1560;
    static final int VARBIT = 1562;

    private static final PostgresType UNKNOWN = new PostgresType(0, "unknown", Object.class);
    private static final Map<Integer, PostgresType> BUILT_IN = new HashMap<>();

    static {
        add(16, 1000, "bool", Boolean.class);
        add(17, 1001, "bytea", ByteBuffer.class, byte[][].class);
        add(18, 1002, "char", String.class);
        add(19, 1003, "name", String.class);
        add(20, 1016, "int8", Long.class);
        add(21, 1005, "int2", Short.class);
        add(23, 1007, "int4", Integer.class);
        add(25, 1009, "text", String.class);
        add(26, 1028, "oid", String.class, String.class);
        add(JSON, 199, "json", PostgresqlCodecs.classOf(JSON), String.class);
        add(142, 143, "xml", String.class, String.class);
        add(POINT, 1017, "point", PostgresqlCodecs.classOf(POINT), String.class);
        add(LSEG, 1018, "lseg", PostgresqlCodecs.classOf(LSEG), String.class);
        add(PATH, 1019, "path", PostgresqlCodecs.classOf(PATH), String.class);
        add(BOX, 1020, "box", PostgresqlCodecs.classOf(BOX), String.class);
        add(POLYGON, 1027, "polygon", PostgresqlCodecs.classOf(POLYGON), String.class);
        add(LINE, 629, "line", PostgresqlCodecs.classOf(LINE), String.class);
        add(650, 651, "cidr", String.class, String.class);
        add(700, 1021, "float4", Float.class);
        add(701, 1022, "float8", Double.class);
        add(CIRCLE, 719, "circle", PostgresqlCodecs.classOf(CIRCLE), String.class);
        add(790, 791, "money", String.class, String.class);
        add(829, 1040, "macaddr", String.class, String.class);
        add(869, 1041, "inet", String.class, String.class);
        add(BPCHAR, 1014, "bpchar", String.class);
        add(VARCHAR, 1015, "varchar", String.class);
        add(1082, 1182, "date", LocalDate.class);
        add(1083, 1183, "time", LocalTime.class);
        add(1114, 1115, "timestamp", LocalDateTime.class);
        add(1184, 1185, "timestamptz", OffsetDateTime.class);
        add(1186, 1187, "interval", Interval.class);
        add(1266, 1270, "timetz", OffsetTime.class);
        add(BIT, 1561, "bit", String.class, String.class);
        add(VARBIT, 1563, "varbit", String.class, String.class);
        add(NUMERIC, 1231, "numeric", BigDecimal.class);
        add(2950, 2951, "uuid", UUID.class);
        add(3614, 3643, "tsvector", String.class, String.class);
        add(JSONB, 3807, "jsonb", PostgresqlCodecs.classOf(JSONB), String.class);
    }

    private static void add(int id, int arrayId, String name, Class<?> javaType) {
        add(id, arrayId, name, javaType, javaType.arrayType());
    }

    private static void add(int id, int arrayId, String name, Class<?> javaType, Class<?> javaArrayType) {
        BUILT_IN.put(id, new PostgresType(id, name, javaType));
        BUILT_IN.put(arrayId, new PostgresType(arrayId, "_" + name, javaArrayType));
    }

    /** The type of an id; for a type that is not built in, only the id is known. */
    static PostgresType of(int id) {
        PostgresType known = BUILT_IN.get(id);
        return known != null ? known : id == 0 ? UNKNOWN : new PostgresType(id, "type " + id, String.class);
    }

    @Override
    public Class<?> getJavaType() {
        return javaType;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }
}
