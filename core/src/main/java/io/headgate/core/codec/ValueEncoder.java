package io.headgate.core.codec;

import io.headgate.core.error.ParameterException;
import io.headgate.core.type.TypedNull;

/**
 * Encodes the values of parameters for the types that the server described: in the binary format if the value corresponds to the type,
 * else as text, which the server parses. For a type that the codec does not know, such as an enumeration or a domain, it always writes
 * text.
 *
 * <p>A conversion is exact or refused, with one exception: {@link #encode} rounds a fraction to real or double precision, as the
 * server's cast does. {@link #fits} returns false for a value that would lose digits, a time of day or an offset, and for a text of
 * which the type may drop a part. Nanoseconds are rounded to microseconds and fit, because no PostgreSQL type is more precise; a time of
 * day is never rounded up to 24:00. The server interprets a LocalDate or LocalDateTime for a timestamptz, and a LocalTime for a timetz,
 * in the session's time zone.
 *
 * <p>If {@link #fits} returns false, a driver should ask for a new description of the statement, because the type may have changed. If
 * the value still does not fit, it may declare {@link #naturalType} and let the server convert.
 *
 * <p>Stateless. Errors name the value's class and the type, never the value.
 */
public final class ValueEncoder {

    private ValueEncoder() {}

    /** Whether {@link #encode} accepts the value for the type without loss. */
    public static boolean fits(Object value, int typeId) {
        if (value instanceof Integer ? typeId == TypeIds.INT4 : value instanceof Long && typeId == TypeIds.INT8) {
            return true;
        }
        return ValueWriters.of(value).form(value, typeId).isExact();
    }

    /** Whether {@link #encode} refuses the value for the type. */
    public static boolean refuses(Object value, int typeId) {
        return ValueWriters.of(value).form(value, typeId) == Form.REFUSED;
    }

    /** Whether {@link #encode} writes the value in the binary format. False for the text format and for a refused value. */
    public static boolean writesBinary(Object value, int typeId) {
        if (value instanceof String) {
            return false;
        }
        return ValueWriters.of(value).form(value, typeId).isBinary();
    }

    /**
     * Writes the value's bytes, without their length.
     *
     * @param typeId the parameter's type in {@code pg_type}; 0 if it is not known
     * @throws ParameterException if the value does not fit the type; nothing or only a part is written then
     */
    public static void encode(Object value, int typeId, ByteSink out) {
        if (value instanceof String text) {
            TextWriter.write(text, out);
            return;
        }
        ValueWriter writer = ValueWriters.of(value);
        Form form = writer.form(value, typeId);
        if (form == Form.REFUSED) {
            throw new ParameterException("a " + value.getClass().getTypeName() + " does not fit "
                    + (typeId == TypeIds.UNSPECIFIED ? "a parameter" : BuiltInTypes.nameOf(typeId)) + ": "
                    + writer.advice(value, typeId));
        }
        if (form.isBinary()) {
            writer.writeBinary(value, typeId, out);
        } else {
            TextWriter.write(writer.text(value), out);
        }
    }

    /**
     * The value's bytes, as {@link #encode(Object, int, ByteSink)} writes them.
     *
     * @param typeId the parameter's type in {@code pg_type}; 0 if it is not known
     * @throws ParameterException if the value does not fit the type
     */
    public static byte[] encode(Object value, int typeId) {
        HeapSink sink = new HeapSink();
        encode(value, typeId, sink);
        return sink.toByteArray();
    }

    /** Whether a value means NULL, for which nothing is encoded. */
    public static boolean isNull(@org.jspecify.annotations.Nullable Object value) {
        return value == null || value instanceof TypedNull;
    }

    /**
     * Whether the server may convert a value that {@link #encode} refuses, if the driver declares the value's natural type: an interval
     * where a point in time is described ({@code now() - $1}), and a number with a fraction for money, whose text depends on a setting.
     */
    public static boolean serverMayConvert(Object value, int typeId) {
        int own = naturalType(value);
        return switch (typeId) {
            case TypeIds.DATE, TypeIds.TIMESTAMP, TypeIds.TIMESTAMPTZ -> own == TypeIds.INTERVAL;
            case BuiltInTypes.MONEY -> own == TypeIds.NUMERIC;
            default -> false;
        };
    }

    /** The natural type of a Java class, or 0 if it has none; for a null of which only the class is known. */
    public static int naturalTypeOf(Class<?> type) {
        return NaturalTypes.of(type);
    }

    /**
     * The natural PostgreSQL type of a value. A driver declares it when the server cannot infer a parameter's type, or infers text for
     * a value that is not text. 0 if the server should decide, as for an empty list.
     */
    public static int naturalType(@org.jspecify.annotations.Nullable Object value) {
        if (value instanceof TypedNull typed) {
            return typed.typeId();
        }
        return value == null ? TypeIds.UNSPECIFIED : ValueWriters.of(value).naturalType(value);
    }

    /** Whether a value is a text or an array of texts. The server parses it as the parameter's type, whichever that is. */
    public static boolean isText(Object value) {
        int own = naturalType(value);
        return isTextLike(own) || own == TypeIds.TEXT_ARRAY;
    }

    /** Whether a type is a text type, or {@code unknown}, which the server treats as text. */
    public static boolean isTextLike(int typeId) {
        return BuiltInTypes.groupOf(typeId) == BuiltInTypes.Group.TEXT;
    }
}
