package io.headgate.driver.vertx;

import io.headgate.core.SqlStatement;
import io.headgate.core.codec.ValueEncoder;
import io.headgate.core.error.ParameterException;
import io.headgate.core.type.Interval;
import io.headgate.core.type.Json;
import io.headgate.core.type.TypedText;
import io.headgate.driver.vertx.ParameterTuple.TextArray;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.internal.ArrayTuple;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Turns parameter values into those Vert.x takes, and refuses what cannot be sent before anything is.
 *
 * <p>Vert.x narrows a number to the parameter's type without a look at its range; numbers that may not fit are wrapped in
 * an {@link ExactNumber}, which fails instead. Stateless but for its limit.
 */
final class ParameterEncoder {

    private final int maxValueBytes;

    ParameterEncoder(int maxValueBytes) {
        this.maxValueBytes = maxValueBytes;
    }

    /** The parameters of a single statement. */
    Tuple encode(SqlStatement statement) {
        return tuple(statement.parameters());
    }

    /** The parameter sets of a batch. */
    List<Tuple> encodeBatch(SqlStatement statement) {
        List<List<@Nullable Object>> sets = statement.parameterSets();
        List<Tuple> tuples = new ArrayList<>(sets.size());
        for (List<@Nullable Object> set : sets) {
            tuples.add(tuple(set));
        }
        return tuples;
    }

    private Tuple tuple(List<@Nullable Object> values) {
        int size = values.size();
        if (size == 0) {
            return ArrayTuple.EMPTY;
        }
        ArrayTuple tuple = new ParameterTuple(size);
        for (int i = 0; i < size; i++) {
            Object value = values.get(i);
            tuple.addValue(value == null || ValueEncoder.isNull(value) ? null : encode(value, i + 1));
        }
        return tuple;
    }

    private Object encode(Object value, int position) {
        if (value instanceof String text) {
            return text(text, position);
        }
        if (value instanceof Number number) {
            return number(number, position);
        }
        if (value instanceof Boolean
                || value instanceof UUID
                || value instanceof LocalDate
                || value instanceof LocalDateTime
                || value instanceof OffsetDateTime
                || value instanceof LocalTime
                || value instanceof OffsetTime) {
            return value;
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof byte[] bytes) {
            checkSize(bytes.length, position);
            return Buffer.buffer(bytes);
        }
        if (value instanceof ByteBuffer buffer) {
            checkSize(buffer.remaining(), position);
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return Buffer.buffer(bytes);
        }
        if (value instanceof Instant instant) {
            return instant.atOffset(ZoneOffset.UTC);
        }
        if (value instanceof ZonedDateTime zoned) {
            return zoned.toOffsetDateTime();
        }
        if (value instanceof Json json) {
            return text(json.text(), position);
        }
        if (value instanceof TypedText typed) {
            return text(typed.text(), position);
        }
        if (value instanceof Interval interval) {
            return text(interval);
        }
        if (value instanceof Duration || value instanceof Period) {
            return text(interval(value, position));
        }
        if (value instanceof InetAddress address) {
            return address.getHostAddress();
        }
        if (value instanceof Character c) {
            return text(c.toString(), position);
        }
        if (value instanceof Collection<?> collection) {
            return array(collection.toArray(), position);
        }
        if (value.getClass().isArray()) {
            return array(boxed(value), position);
        }
        throw new ParameterException(
                "parameter $" + position + " is a " + value.getClass().getName()
                        + ", which has no PostgreSQL type; bind a type of the README's table, or its text");
    }

    private String text(String text, int position) {
        // three bytes is the most that UTF-8 needs for a char
        if (text.length() > maxValueBytes / 3) {
            checkSize(utf8Length(text), position);
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new ParameterException("parameter $" + position + " has a NUL character at position " + i
                        + "; PostgreSQL text cannot hold one: remove it, or use bytea");
            }
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new ParameterException("parameter $" + position + " has half a surrogate pair at position "
                            + i + ", which is no character; it would arrive as a question mark");
                }
                i++;
            }
        }
        return text;
    }

    private void checkSize(long bytes, int position) {
        if (bytes > maxValueBytes) {
            throw new ParameterException(
                    "parameter $" + position + " has " + bytes + " bytes, more than max_value_bytes " + maxValueBytes
                            + "; send it in parts, or raise max_value_bytes in the node's URL");
        }
    }

    private static long utf8Length(String text) {
        long length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // each half of a surrogate pair counts two of the pair's four bytes
            length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return length;
    }

    private static Number number(Number value, int position) {
        if (value instanceof Long || value instanceof Integer) {
            long number = value.longValue();
            return (short) number == number ? value : new ExactNumber(value, number);
        }
        if (value instanceof Short || value instanceof Byte) {
            return value;
        }
        if (value instanceof Double || value instanceof Float) {
            return new ExactNumber(value, null);
        }
        if (value instanceof BigDecimal || value instanceof BigInteger) {
            return new ExactNumber(value, null);
        }
        throw new ParameterException(
                "parameter $" + position + " is a " + value.getClass().getName()
                        + ", a number type PostgreSQL has no like of; bind it as BigDecimal, Long or Double");
    }

    private static Interval interval(Object value, int position) {
        try {
            return value instanceof Duration duration ? Interval.of(duration) : Interval.of((Period) value);
        } catch (ArithmeticException overflow) {
            throw new ParameterException(
                    "parameter $" + position + " is a " + value.getClass().getName()
                            + " beyond the range of a PostgreSQL interval, 32 bits of months and 64 of microseconds");
        }
    }

    /** As text in ISO 8601, because Vert.x's binary form turns 30 days into a month and 24 hours into a day. */
    private static String text(Interval interval) {
        long seconds = interval.microseconds() / 1_000_000;
        BigDecimal rest = BigDecimal.valueOf(seconds % 60 * 1_000_000 + interval.microseconds() % 1_000_000, 6);
        return "P" + interval.months() + "M" + interval.days() + "DT" + seconds / 3600 + "H" + seconds / 60 % 60 + "M"
                + rest.toPlainString() + "S";
    }

    private Object array(@Nullable Object[] elements, int position) {
        Object[] encoded = null;
        for (int i = 0; i < elements.length; i++) {
            Object element = elements[i];
            if (element == null) {
                continue;
            }
            if (element instanceof Collection || (element.getClass().isArray() && !(element instanceof byte[]))) {
                throw new ParameterException("parameter $" + position
                        + " is an array of arrays, of which only one dimension can be sent; bind the text of the "
                        + "array ('{{1,2},{3,4}}') and cast it in SQL ($" + position + "::text::int[])");
            }
            Object value = encode(element, position);
            if (encoded == null) {
                Class<?> type = value instanceof Number ? Number.class : value.getClass();
                encoded = (Object[]) Array.newInstance(type, elements.length);
            } else if (!encoded.getClass().getComponentType().isInstance(value)) {
                throw new ParameterException("parameter $" + position + " is an array of both "
                        + encoded.getClass().getComponentType().getName() + " and "
                        + value.getClass().getName()
                        + "; an array has one element type");
            }
            encoded[i] = value;
        }
        if (encoded == null) {
            return new TextArray(new String[elements.length]);
        }
        return encoded instanceof String[] texts ? new TextArray(texts) : encoded;
    }

    private static @Nullable Object[] boxed(Object array) {
        if (array instanceof Object[] objects) {
            return objects;
        }
        @Nullable Object[] boxed = new @Nullable Object[Array.getLength(array)];
        for (int i = 0; i < boxed.length; i++) {
            boxed[i] = Array.get(array, i);
        }
        return boxed;
    }
}
