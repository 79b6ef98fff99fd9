package io.headgate.core.codec;

import io.headgate.core.error.ParameterException;
import io.headgate.core.type.TypedNull;

/**
 * Writes the values of parameters for the types that the server described: in the binary format where the value is one of the type,
 * else as text, which the server reads by its own rules. A type that the codec does not know, such as an enumeration or a domain,
 * always gets text.
 *
 * <p>A conversion is exact or refused, with one exception. {@link #encode} rounds a fraction to real or double precision, as the
 * server's cast does, and {@link #fits} tells that apart: a value that would lose digits, a time of day or an offset does not
 * fit; nor does a text of which the type may drop something. Nanoseconds are rounded to microseconds and fit, since no type of PostgreSQL holds more; a time of day is never rounded up
 * to 24:00. A LocalDate or LocalDateTime for a timestamptz, and a LocalTime for a timetz, are read in the session's time zone.
 *
 * <p>A driver that gets {@code false} from {@link #fits} should ask for a new description of the statement, since the type may have
 * changed. If the value still does not fit, it may declare {@link #naturalType} and let the server convert.
 *
 * <p>Stateless. Errors name the value's class and the type, never the value.
 */
public final class ValueEncoder {

    private ValueEncoder() {}

    /** Whether {@link #encode} takes the value for the type, and nothing of it would be lost. */
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

    /** Whether {@link #encode} writes the value in the binary format; the text format also of a value that it refuses. */
    public static boolean writesBinary(Object value, int typeId) {
        if (value instanceof String) {
            return false;
        }
        return ValueWriters.of(value).form(value, typeId).isBinary();
    }

    /**
     * Writes the value's bytes, without their length.
     *
     * @param typeId the parameter's type in {@code pg_type}; 0 when it is not known
     * @throws ParameterException if the value has no form of the type; nothing is written then, or a part
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
     * @param typeId the parameter's type in {@code pg_type}; 0 when it is not known
     * @throws ParameterException if the value has no form of the type
     */
    public static byte[] encode(Object value, int typeId) {
        HeapSink sink = new HeapSink();
        encode(value, typeId, sink);
        return sink.toByteArray();
    }

    /** Whether a value stands for NULL, for which nothing is encoded. */
    public static boolean isNull(@org.jspecify.annotations.Nullable Object value) {
        return value == null || value instanceof TypedNull;
    }

    /**
     * Whether the server may convert a value that {@link #encode} refuses, when the value's own type is declared: an interval beside a
     * point in time ({@code now() - $1}), and a number with a fraction for money, whose text depends on a setting.
     */
    public static boolean isTheServersToConvert(Object value, int typeId) {
        int own = naturalType(value);
        return switch (typeId) {
            case TypeIds.DATE, TypeIds.TIMESTAMP, TypeIds.TIMESTAMPTZ -> own == TypeIds.INTERVAL;
            case BuiltInTypes.MONEY -> own == TypeIds.NUMERIC;
            default -> false;
        };
    }

    /** The type that values of a class have by themselves, or 0 where the class stands for none; for a null. */
    public static int naturalTypeOf(Class<?> type) {
        return NaturalTypes.of(type);
    }

    /**
     * The type that a value has by itself: what a driver declares when the server cannot infer a parameter's type, or inferred text
     * for a value that is none. 0 when the server should decide, as for an empty list.
     */
    public static int naturalType(@org.jspecify.annotations.Nullable Object value) {
        if (value instanceof TypedNull typed) {
            return typed.typeId();
        }
        return value == null ? TypeIds.UNSPECIFIED : ValueWriters.of(value).naturalType(value);
    }

    /** Whether a value is a text or an array of texts, which the server reads by the rules of whichever type the parameter has. */
    public static boolean isText(Object value) {
        int own = naturalType(value);
        return isTextLike(own) || own == TypeIds.TEXT_ARRAY;
    }

    /** Whether a type holds text, or what the server reads as text for want of a better guess. */
    public static boolean isTextLike(int typeId) {
        return BuiltInTypes.groupOf(typeId) == BuiltInTypes.Group.TEXT;
    }
}
