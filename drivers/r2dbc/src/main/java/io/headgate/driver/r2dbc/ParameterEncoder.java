package io.headgate.driver.r2dbc;

import io.headgate.core.codec.ByteaText;
import io.headgate.core.codec.IntervalText;
import io.headgate.core.codec.TypeIds;
import io.headgate.core.codec.ValueEncoder;
import io.headgate.core.driver.text.DateTimeText;
import io.headgate.core.error.ParameterException;
import io.headgate.core.type.Interval;
import io.headgate.core.type.Json;
import io.headgate.core.type.TypedText;
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
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes parameter values as text, which the server reads as the type that the parameter's place in the statement asks for,
 * and so refuses what does not fit. Where it would read too much into a text, the type is named: a time with an offset, say,
 * which it would otherwise take for a timestamp without one. What cannot be sent is refused before anything is.
 *
 * <p>Stateless but for its limit.
 */
final class ParameterEncoder {

    /** From here on a number's zeros would be written out for longer than anybody means: 1E+1000000. */
    private static final int MAX_PLAIN_SCALE = 1_000;

    private final int maxValueBytes;

    ParameterEncoder(int maxValueBytes) {
        this.maxValueBytes = maxValueBytes;
    }

    /** The values of one set, null for NULL. */
    @Nullable
    Parameter[] encode(List<@Nullable Object> values) {
        @Nullable Parameter[] parameters = new @Nullable Parameter[values.size()];
        for (int i = 0; i < parameters.length; i++) {
            Object value = values.get(i);
            parameters[i] = value == null || ValueEncoder.isNull(value) ? null : encode(value, i + 1);
        }
        return parameters;
    }

    private Parameter encode(Object value, int position) {
        if (value instanceof String text) {
            return inferred(text(text, position));
        }
        if (value instanceof Number number) {
            return inferred(number(number, position));
        }
        if (value instanceof byte[] bytes) {
            checkSize(bytes.length, position);
            return new Parameter(TypeIds.BYTEA, bytes);
        }
        if (value instanceof ByteBuffer buffer) {
            checkSize(buffer.remaining(), position);
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return new Parameter(TypeIds.BYTEA, bytes);
        }
        Parameter time = time(value, position);
        if (time != null) {
            return time;
        }
        if (value instanceof Boolean) {
            return new Parameter(TypeIds.BOOL, value.toString());
        }
        if (value instanceof UUID) {
            return inferred(value.toString());
        }
        if (value instanceof Enum<?> constant) {
            return inferred(constant.name());
        }
        if (value instanceof Json json) {
            return inferred(text(json.text(), position));
        }
        if (value instanceof TypedText typed) {
            return inferred(text(typed.text(), position));
        }
        if (value instanceof InetAddress address) {
            return inferred(address.getHostAddress());
        }
        if (value instanceof Character c) {
            return inferred(text(c.toString(), position));
        }
        if (value instanceof Collection<?> collection) {
            return array(collection.toArray(), position);
        }
        if (value.getClass().isArray()) {
            return array(boxed(value), position);
        }
        throw new ParameterException(
                "parameter $" + position + " is a " + value.getClass().getName()
                        + ", which has no PostgreSQL type; bind a type that docs/types.md lists, or its text");
    }

    private static Parameter inferred(String text) {
        return new Parameter(TypeIds.UNSPECIFIED, text);
    }

    private static @Nullable Parameter time(Object value, int position) {
        if (value instanceof LocalDate date) {
            return new Parameter(TypeIds.DATE, DateTimeText.of(date));
        }
        if (value instanceof LocalDateTime dateTime) {
            return new Parameter(TypeIds.TIMESTAMP, DateTimeText.of(dateTime));
        }
        if (value instanceof OffsetDateTime dateTime) {
            return new Parameter(TypeIds.TIMESTAMPTZ, DateTimeText.of(dateTime));
        }
        if (value instanceof Instant instant) {
            return new Parameter(TypeIds.TIMESTAMPTZ, DateTimeText.of(instant));
        }
        if (value instanceof ZonedDateTime zoned) {
            return new Parameter(TypeIds.TIMESTAMPTZ, DateTimeText.of(zoned.toOffsetDateTime()));
        }
        if (value instanceof LocalTime time) {
            return new Parameter(TypeIds.TIME, DateTimeText.of(time));
        }
        if (value instanceof OffsetTime time) {
            return new Parameter(TypeIds.TIMETZ, DateTimeText.of(time));
        }
        if (value instanceof Interval || value instanceof Duration || value instanceof Period) {
            return new Parameter(TypeIds.INTERVAL, IntervalText.of(interval(value, position)));
        }
        return null;
    }

    private static Interval interval(Object value, int position) {
        try {
            return value instanceof Interval interval
                    ? interval
                    : value instanceof Duration duration ? Interval.of(duration) : Interval.of((Period) value);
        } catch (ArithmeticException overflow) {
            throw new ParameterException(
                    "parameter $" + position + " is a " + value.getClass().getName()
                            + " beyond the range of a PostgreSQL interval, 32 bits of months and 64 of microseconds");
        }
    }

    private static String number(Number value, int position) {
        if (value instanceof BigDecimal decimal) {
            return Math.abs((long) decimal.scale()) > MAX_PLAIN_SCALE ? decimal.toString() : decimal.toPlainString();
        }
        if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte
                || value instanceof Double
                || value instanceof Float
                || value instanceof BigInteger) {
            return value.toString();
        }
        throw new ParameterException(
                "parameter $" + position + " is a " + value.getClass().getName()
                        + ", a number type PostgreSQL has no like of; bind it as BigDecimal, Long or Double");
    }

    private String text(String text, int position) {
        // three bytes is the most that UTF-8 needs for a char
        if (text.length() > maxValueBytes / 3) {
            checkSize(io.netty.buffer.ByteBufUtil.utf8Bytes(text), position);
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

    /** As PostgreSQL's array input has it: each element quoted, but for NULL. */
    private Parameter array(@Nullable Object[] elements, int position) {
        StringBuilder literal = new StringBuilder(16 * elements.length + 2).append('{');
        Class<?> elementClass = null;
        int elementType = TypeIds.UNSPECIFIED;
        for (int i = 0; i < elements.length; i++) {
            literal.append(i == 0 ? "" : ",");
            Object element = elements[i];
            if (element == null) {
                literal.append("NULL");
                continue;
            }
            if (element instanceof Collection || (element.getClass().isArray() && !(element instanceof byte[]))) {
                throw new ParameterException("parameter $" + position
                        + " is an array of arrays, of which only one dimension can be sent; bind the text of the "
                        + "array ('{{1,2},{3,4}}') and cast it in SQL ($" + position + "::text::int[])");
            }
            Parameter encoded = encode(element, position);
            Class<?> type = element instanceof Number ? Number.class : element.getClass();
            if (elementClass == null) {
                elementClass = type;
                elementType = encoded.typeId();
            } else if (type != elementClass && encoded.typeId() != elementType) {
                throw new ParameterException("parameter $" + position + " is an array of both " + elementClass.getName()
                        + " and " + type.getName() + "; an array has one element type");
            }
            quote(
                    literal,
                    encoded.content() instanceof byte[] bytes ? ByteaText.encode(bytes) : (String) encoded.content());
        }
        return new Parameter(TypeIds.arrayOf(elementType), literal.append('}').toString());
    }

    private static void quote(StringBuilder literal, String text) {
        literal.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                literal.append('\\');
            }
            literal.append(c);
        }
        literal.append('"');
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
