package io.headgate.driver.vertx;

import io.headgate.core.codec.TypeIds;
import io.headgate.core.codec.ValueDecoder;
import io.headgate.core.codec.ValueEncoder;
import io.headgate.core.driver.support.StatementChecks;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ParameterException;
import io.headgate.core.error.RowMappingException;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Converts parameter values to the types that the server reports, and refuses what does not fit before anything is sent.
 *
 * <p>Vert.x narrows numbers without a range check, and encodes a JSON text as a JSON string. So Headgate's codec encodes each value, and
 * refuses a loss. Then the bytes are decoded to the Java type that Vert.x accepts for the parameter.
 */
final class Parameters {

    private Parameters() {}

    /**
     * The parameters of one execution.
     *
     * @param types the ids of the parameters' types
     * @param maxValueBytes most bytes of one value
     * @throws HeadgateException if a value does not fit
     */
    static Tuple of(List<@Nullable Object> values, int[] types, int maxValueBytes, String sql) {
        if (values.size() != types.length) {
            throw StatementChecks.wrongCount(sql, types.length, values.size());
        }
        Tuple tuple = Tuple.tuple();
        for (int i = 0; i < types.length; i++) {
            Object value = values.get(i);
            tuple.addValue(
                    value == null || ValueEncoder.isNull(value) ? null : value(value, types[i], maxValueBytes, i, sql));
        }
        return tuple;
    }

    private static Object value(Object value, int type, int maxValueBytes, int index, String sql) {
        if (value instanceof Integer ? type == TypeIds.INT4 : value instanceof Long && type == TypeIds.INT8) {
            return value;
        }
        try {
            return converted(value, type, maxValueBytes, index);
        } catch (ParameterException refused) {
            throw StatementChecks.in(sql, refused);
        } catch (RowMappingException unreadable) {
            throw new ParameterException("parameter $" + (index + 1) + " is a "
                    + value.getClass().getTypeName()
                    + " that does not fit the statement; bind a value of the type, or cast in SQL ($" + (index + 1)
                    + "::text): " + sql);
        } catch (RuntimeException thrown) {
            throw StatementChecks.encodingFailed(thrown, sql);
        }
    }

    private static Object converted(Object value, int type, int maxValueBytes, int index) {
        int size;
        try {
            byte[] bytes = written(value, type, index + 1);
            size = bytes.length;
            if (size <= maxValueBytes) {
                return read(bytes, type, ValueEncoder.writesBinary(value, type));
            }
        } catch (ParameterException refused) {
            throw StatementChecks.refused(index, refused);
        }
        throw StatementChecks.tooLarge(index, size, maxValueBytes);
    }

    private static byte[] written(Object value, int type, int position) {
        String changed = ValueTypes.changed(type);
        if (changed != null) {
            throw new ParameterException("the Vert.x PG Client does not send the type " + changed
                    + " as it is; bind its text and cast it in SQL ($" + position + "::text::" + changed + ")");
        }
        return ValueEncoder.encode(value, type);
    }

    private static Object read(byte[] bytes, int type, boolean binary) {
        return ValueTypes.isUnchanged(type)
                ? toVertxClass(ValueDecoder.decode(type, binary, bytes, 0, bytes.length), type)
                : new String(bytes, StandardCharsets.UTF_8);
    }

    /** Converts to the classes that Vert.x accepts. */
    private static Object toVertxClass(Object value, int type) {
        if (value instanceof byte[] bytes) {
            return Buffer.buffer(bytes);
        }
        if (value instanceof byte[][] arrays) {
            return Arrays.stream(arrays)
                    .map(bytes -> bytes == null ? null : Buffer.buffer(bytes))
                    .toArray(Buffer[]::new);
        }
        Object[] all = value instanceof Object[] array ? array : new Object[] {value};
        boolean nulls = false;
        for (Object each : all) {
            nulls |= each == null;
            if (isInfinite(each, type)) {
                throw new ParameterException(
                        "the Vert.x PG Client sends no infinity; bind its text and cast it in SQL");
            }
        }
        if (nulls && type == TypeIds.NUMERIC_ARRAY) {
            throw new ParameterException(
                    "the Vert.x PG Client sends no NULL in a numeric[]; bind the array as text and cast it in SQL");
        }
        if (value instanceof String && ValueDecoder.readsArray(type)) {
            throw new ParameterException("the Vert.x PG Client sends arrays of one dimension only; bind the array as "
                    + "text and cast it in SQL ('{{1,2},{3,4}}', $1::text::int[])");
        }
        return value;
    }

    /** Vert.x would send PostgreSQL's last timestamp instead of infinity. It supports infinite dates. */
    private static boolean isInfinite(@Nullable Object value, int type) {
        return value == LocalDateTime.MAX
                || value == LocalDateTime.MIN
                || value == OffsetDateTime.MAX
                || value == OffsetDateTime.MIN
                || (value instanceof Double number
                        && number.isInfinite()
                        && (type == TypeIds.NUMERIC || type == TypeIds.NUMERIC_ARRAY));
    }
}
