package io.headgate.driver.vertx;

import io.headgate.core.driver.text.TypeIds;
import io.netty.buffer.ByteBuf;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Replaces the ids of types in descriptions from the server where Vert.x, which goes by them, would lose something.
 *
 * <ul>
 *   <li>To text: types it decodes to null without a word (oid, xml, bit, macaddr), changes on the way (json loses digits), or
 *       has classes of its own for (inet, money, point).
 *   <li>Columns of arrays to text, because of several dimensions Vert.x makes null. {@link VertxRow} reads the text.
 *   <li>Columns of type interval to point: both are sixteen bytes, which Vert.x reads as two doubles, bit for bit. Its own
 *       interval makes 25 hours a day and an hour. {@link VertxRow} takes them apart.
 *   <li>Parameters of type interval to text, for the same reason, and numeric[], where Vert.x fails on a null.
 * </ul>
 *
 * @see <a href="https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat">PostgreSQL, pg_type.dat</a>
 */
final class TypeSubstitution {

    /** Of a column in a RowDescription after its name: table 4, attribute 2, type 4, size 2, modifier 4, format 2 bytes. */
    static final int COLUMN_TRAILER = 18;

    /** Where the type stands in it. */
    static final int TYPE_OFFSET = 6;

    /**
     * {@code unknown}: what is bound is sent as its text. Not for columns: a text that begins with a brace would become an
     * array.
     */
    private static final int TEXT_PARAMETER = 705;

    /** {@code tsvector}: Vert.x asks for text and leaves it as it is. */
    private static final int TEXT_COLUMN = 3614;

    private static final int INTERVAL = 1186;
    private static final int INTERVAL_ARRAY = 1187;
    private static final int NUMERIC_ARRAY = 1231;
    private static final Set<Integer> AS_TEXT_PARAMETER = Set.of(INTERVAL, INTERVAL_ARRAY, NUMERIC_ARRAY);
    private static final int POINT = 600;

    private static final Set<Integer> AS_TEXT = ids("""
            oid          26 1028
            json jsonb   114 199 3802 3807
            xml          142 143
            geometry     600 601 602 603 604 628 718 1017 1018 1019 1020 1027 629 719
            cidr inet    650 651 869 1041
            macaddr      829 1040 774 775
            money        790 791
            bit varbit   1560 1561 1562 1563
            tsvector tsquery 3614 3643 3615 3645
            multiranges  4451 4532 4533 4534 4535 4536 6150 6151 6152 6153 6155 6157
            hstore as Vert.x believes 33670
            """);

    private TypeSubstitution() {}

    private static Set<Integer> ids(String table) {
        return table.lines()
                .flatMap(line -> java.util.Arrays.stream(line.split(" +")))
                .filter(word -> !word.isEmpty() && Character.isDigit(word.charAt(0)))
                .map(Integer::valueOf)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Replaces ids in the body of a RowDescription. The id that a column came with is put in the place of its table's, which
     * Vert.x keeps and never looks at; {@link ColumnTypes} reads it there.
     */
    static void inColumns(ByteBuf in, int index) {
        int count = in.getUnsignedShort(index);
        int at = index + 2;
        for (int i = 0; i < count; i++) {
            int table = at + in.bytesBefore(at, in.writerIndex() - at, (byte) 0) + 1;
            int typeId = in.getInt(table + TYPE_OFFSET);
            in.setInt(table, typeId);
            in.setInt(table + TYPE_OFFSET, ofColumn(typeId));
            at = table + COLUMN_TRAILER;
        }
    }

    /** Replaces ids in the body of a ParameterDescription. */
    static void inParameters(ByteBuf in, int index) {
        int count = in.getUnsignedShort(index);
        for (int i = 0; i < count; i++) {
            int at = index + 2 + 4 * i;
            int typeId = in.getInt(at);
            if (AS_TEXT_PARAMETER.contains(typeId) || AS_TEXT.contains(typeId)) {
                in.setInt(at, TEXT_PARAMETER);
            }
        }
    }

    /** The id under which a column of a type is shown to Vert.x. */
    static int ofColumn(int typeId) {
        return switch (typeId) {
            case INTERVAL -> POINT;
            default -> AS_TEXT.contains(typeId) || TypeIds.elementOf(typeId) >= 0 ? TEXT_COLUMN : typeId;
        };
    }
}
