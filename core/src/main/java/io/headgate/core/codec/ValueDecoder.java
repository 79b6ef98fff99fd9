package io.headgate.core.codec;

import io.headgate.core.error.RowMappingException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of columns, when they are asked for and on the thread that asks.
 *
 * <p>Each type has one Java type: numbers their boxes and BigDecimal, text String, bytea {@code byte[]}, uuid UUID, dates and
 * times those of {@code java.time}, interval {@link io.headgate.core.type.Interval}, arrays of these an array of the Java type.
 * Every other type, and an array of several dimensions, is the String that PostgreSQL writes. An infinite date or time is the
 * {@code MAX} or {@code MIN} of its Java type, an infinite interval the largest or smallest of every part, and NaN or an infinity
 * in a numeric a Double; all of them are written back as what they were. A value without a Java counterpart, such as the time
 * 24:00:00, is an error; {@link #text} reads it.
 *
 * <p>Text is expected in UTF-8, dates in DateStyle ISO, intervals in IntervalStyle postgres. Stateless.
 */
public final class ValueDecoder {

    private ValueDecoder() {}

    /** Whether a column of this type is read faster or more exactly in the binary format. */
    public static boolean readsBinary(int typeId) {
        if (BinaryValues.knows(typeId)) {
            return true;
        }
        int elementType = BuiltInTypes.elementOf(typeId);
        return elementType >= 0 && BinaryValues.knows(elementType);
    }

    /**
     * The elements of an array's text, {@code {a,"b,c",NULL}}, null for NULL.
     *
     * @return null when the text is no array of one dimension
     */
    public static @Nullable List<@Nullable String> elements(String arrayText) {
        return ArrayLiteral.parse(arrayText);
    }

    /** The text that PostgreSQL writes for a value which was decoded already, in the ISO style; a timestamptz at offset zero. */
    public static String textOf(Object value) {
        return ValueOutput.of(value);
    }

    /** Whether a value of this type is read as a Java array when it has one dimension. */
    public static boolean readsArray(int typeId) {
        int elementType = BuiltInTypes.elementOf(typeId);
        return elementType >= 0 && JavaTypes.hasArray(elementType);
    }

    /**
     * The value as its Java type.
     *
     * @param typeId the id of its type in {@code pg_type}
     * @param binary whether it was sent in the binary format
     * @param bytes holds the value; a bytea is copied out of it
     * @param offset where the value begins
     * @param length how many bytes it has
     * @throws RowMappingException if Java has no such value, or the bytes are malformed
     */
    public static Object decode(int typeId, boolean binary, byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (!binary) {
            if (typeId == TypeIds.BYTEA) {
                return TextValues.bytea(bytes, offset, length);
            }
            return TextValues.decode(typeId, BinaryValues.utf8(bytes, offset, length));
        }
        return BinaryValues.decode(typeId, bytes, offset, length);
    }

    /**
     * The value as the text that {@code value::text} gives, in the ISO style. A timestamptz is shown at offset zero, whatever the
     * session's time zone and the format.
     *
     * @param typeId the id of its type in {@code pg_type}
     * @param binary whether it was sent in the binary format
     * @param bytes holds the value
     * @param offset where the value begins
     * @param length how many bytes it has
     * @throws RowMappingException if the bytes are malformed
     */
    public static String text(int typeId, boolean binary, byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (!binary) {
            return TextValues.normal(typeId, BinaryValues.utf8(bytes, offset, length));
        }
        return TextValues.normal(typeId, BinaryValues.text(typeId, bytes, offset, length));
    }
}
