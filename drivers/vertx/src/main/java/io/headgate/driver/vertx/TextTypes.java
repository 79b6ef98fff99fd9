package io.headgate.driver.vertx;

import io.netty.buffer.ByteBuf;

/**
 * Types that are asked for and sent as text although Vert.x knows their ids: those it decodes to null without a word (oid,
 * xml, bit, macaddr), those it changes on the way (json loses digits), and those it has classes of its own for (inet, money,
 * point). In descriptions from the server their ids are replaced by that of {@code unknown}, which Vert.x treats as text.
 *
 * @see <a href="https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat">PostgreSQL, pg_type.dat</a>
 */
final class TextTypes {

    private static final int UNKNOWN = 705;
    /** Of a column in a RowDescription after its name: table 4, attribute 2, type 4, size 2, modifier 4, format 2 bytes. */
    static final int COLUMN_TRAILER = 18;

    /** Where the type stands in it. */
    static final int TYPE_OFFSET = 6;

    private TextTypes() {}

    /** Replaces ids in the body of a RowDescription. */
    static void replaceInColumns(ByteBuf in, int index) {
        int count = in.getUnsignedShort(index);
        int at = index + 2;
        for (int i = 0; i < count; i++) {
            int afterName = at + in.bytesBefore(at, in.writerIndex() - at, (byte) 0) + 1;
            replace(in, afterName + TYPE_OFFSET);
            at = afterName + COLUMN_TRAILER;
        }
    }

    /** Replaces ids in the body of a ParameterDescription. */
    static void replaceInParameters(ByteBuf in, int index) {
        int count = in.getUnsignedShort(index);
        for (int i = 0; i < count; i++) {
            replace(in, index + 2 + 4 * i);
        }
    }

    private static void replace(ByteBuf in, int at) {
        if (isText(in.getInt(at))) {
            in.setInt(at, UNKNOWN);
        }
    }

    /** Whether a type is treated as text. */
    static boolean isText(int typeId) {
        return switch (typeId) {
            case 26,
                    1028, // oid
                    114,
                    199,
                    3802,
                    3807, // json, jsonb
                    142,
                    143, // xml
                    600,
                    601,
                    602,
                    603,
                    604,
                    628,
                    718, // point, lseg, path, box, polygon, line, circle
                    1017,
                    1018,
                    1019,
                    1020,
                    1027,
                    629,
                    719,
                    650,
                    651,
                    869,
                    1041, // cidr, inet
                    774,
                    775,
                    829,
                    1040, // macaddr8, macaddr
                    790,
                    791, // money
                    1560,
                    1561,
                    1562,
                    1563 -> true; // bit, varbit
            default -> false;
        };
    }
}
