package io.headgate.driver.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.pgclient.impl.codec.PgCodec;
import io.vertx.sqlclient.internal.command.QueryCommandBase;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has Vert.x read the answer to the command it is at by another row description than the one it prepared. Vert.x offers no
 * way to, so this reaches into its codec by reflection. It happens once or twice a statement after a schema change, never
 * on the usual path; where another version of Vert.x looks different inside, or a module does not open itself, it reports
 * that it cannot, and the caller turns the answer into an error instead.
 */
final class AnswerDecoder {

    private static final Logger logger = LoggerFactory.getLogger(AnswerDecoder.class);
    private static final @Nullable Internals INTERNALS = internals();

    private AnswerDecoder() {}

    /**
     * Replaces the description by which the current command's rows are read.
     *
     * @param in holds the body of the new RowDescription at an index
     * @return the text of the command, or null if it could not be done
     */
    static @Nullable String replace(ChannelHandlerContext ctx, ByteBuf in, int body) {
        Internals internals = INTERNALS;
        if (internals == null || !(ctx.pipeline().get("codec") instanceof PgCodec codec)) {
            return null;
        }
        try {
            return internals.replace(codec, in, body);
        } catch (ReflectiveOperationException | RuntimeException e) {
            logger.warn("cannot read an answer by its new description; it becomes an error", e);
            return null;
        }
    }

    private static @Nullable Internals internals() {
        try {
            return new Internals();
        } catch (ReflectiveOperationException | RuntimeException e) {
            logger.warn(
                    "this version of the Vert.x PG Client is unknown inside: {}; answers whose shape changed under a "
                            + "prepared statement become errors",
                    e.toString());
            return null;
        }
    }

    /** The parts of Vert.x's codec that are needed, looked up once. */
    private static final class Internals {

        private final Method peek = accessible(PgCodec.class.getDeclaredMethod("peek"));
        private final Class<?> execution = codecClass("ExtendedQueryCommandCodec");
        private final Field command = accessible(codecClass("PgCommandCodec").getDeclaredField("cmd"));
        private final Field rowDecoder =
                accessible(codecClass("QueryCommandBaseCodec").getDeclaredField("rowDecoder"));
        private final Class<?> column = codecClass("PgColumnDesc");
        private final Class<?> type = codecClass("DataType");
        private final Class<?> format = codecClass("DataFormat");
        private final Class<?> rows = codecClass("PgRowDesc");
        private final Field rowsOfDecoder =
                accessible(codecClass("RowResultDecoder").getDeclaredField("desc"));
        private final Field columnsOfRows = accessible(rows.getDeclaredField("columns"));
        private final Field formatOfColumn = accessible(column.getDeclaredField("dataFormat"));
        private final Method supportsBinary = accessible(column.getDeclaredMethod("supportsBinary"));
        private final Method typeOfId = accessible(type.getDeclaredMethod("valueOf", int.class));
        private final Method createRows = accessible(rows.getDeclaredMethod("create", column.arrayType()));
        private final Constructor<?> newColumn = accessible(column.getDeclaredConstructor(
                String.class, int.class, short.class, type, short.class, int.class, format));
        private final Constructor<?> newDecoder =
                accessible(codecClass("RowResultDecoder").getDeclaredConstructor(Collector.class, rows));
        private final Object text = format.getEnumConstants()[0];

        Internals() throws ReflectiveOperationException {}

        @Nullable
        String replace(PgCodec codec, ByteBuf in, int body) throws ReflectiveOperationException {
            Object current = peek.invoke(codec);
            if (!execution.isInstance(current)) {
                return null;
            }
            Object before = rowDecoder.get(current);
            Object[] asked = before == null ? new Object[0] : (Object[]) columnsOfRows.get(rowsOfDecoder.get(before));
            Object columns = columns(in, body, asked);
            if (columns == null) {
                return null;
            }
            QueryCommandBase<?> query = (QueryCommandBase<?>) command.get(current);
            rowDecoder.set(current, newDecoder.newInstance(query.collector(), createRows.invoke(null, columns)));
            return query.sql();
        }

        /** The new columns in the formats asked for with the old ones; null when one cannot be read in its format. */
        private @Nullable Object columns(ByteBuf in, int body, Object[] asked) throws ReflectiveOperationException {
            int count = in.getUnsignedShort(body);
            if (asked.length > 1 && asked.length != count) {
                // the server refuses a Bind with as many formats, and says so next
                return null;
            }
            Object columns = Array.newInstance(column, count);
            int at = body + 2;
            for (int i = 0; i < count; i++) {
                int nameLength = in.bytesBefore(at, in.writerIndex() - at, (byte) 0);
                String name = in.toString(at, nameLength, StandardCharsets.UTF_8);
                int rest = at + nameLength + 1;
                int typeId = in.getInt(rest + TypeSubstitution.TYPE_OFFSET);
                // one format asked for holds for every column (protocol, Bind)
                Object inFormat = asked.length == 0 ? text : formatOfColumn.get(asked[asked.length == 1 ? 0 : i]);
                Object decoded = newColumn.newInstance(
                        name,
                        // in the table's place, see TypeSubstitution.inColumns
                        typeId,
                        in.getShort(rest + 4),
                        typeOfId.invoke(null, TypeSubstitution.ofColumn(typeId)),
                        in.getShort(rest + 10),
                        in.getInt(rest + 12),
                        inFormat);
                if (inFormat != text && !(boolean) supportsBinary.invoke(decoded)) {
                    return null;
                }
                Array.set(columns, i, decoded);
                at = rest + TypeSubstitution.COLUMN_TRAILER;
            }
            return columns;
        }

        private static Class<?> codecClass(String name) throws ClassNotFoundException {
            return Class.forName(PgCodec.class.getPackageName() + "." + name, false, PgCodec.class.getClassLoader());
        }

        private static <T extends java.lang.reflect.AccessibleObject> T accessible(T member) {
            member.setAccessible(true);
            return member;
        }
    }
}
