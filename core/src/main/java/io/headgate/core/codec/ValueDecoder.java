package io.headgate.core.codec;

import io.headgate.core.error.RowMappingException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the values of columns lazily: on the first read, on the reading thread.
 *
 * <p>Each type has one Java type: boxed types and BigDecimal for numbers, String for text, {@code byte[]} for bytea, UUID for uuid,
 * {@code java.time} classes for dates and times, {@link io.headgate.core.type.Interval} for interval, and Java arrays for
 * one-dimensional arrays of these. Every other type, and an array of several dimensions, is the String that PostgreSQL writes. An
 * infinite date or time is {@code MAX} or {@code MIN} of its Java type. An infinite interval has the largest or smallest value in every
 * part. NaN and infinity in a numeric are Double values. All of these are written back as the same PostgreSQL value. A value without
 * a Java counterpart, such as the time 24:00:00, is an error; {@link #text} reads it.
 *
 * <p>Text is expected in UTF-8, dates in DateStyle ISO, intervals in IntervalStyle postgres. Stateless.
 */
public final class ValueDecoder {

    private ValueDecoder() {}

    /** Whether columns of this type should be requested in the binary format, which is faster or more exact. */
    public static boolean readsBinary(int typeId) {
        if (BinaryValues.knows(typeId)) {
            return true;
        }
        int elementType = BuiltInTypes.elementOf(typeId);
        return elementType >= 0 && BinaryValues.knows(elementType);
    }

    /**
     * The elements of an array's text, {@code {a,"b,c",NULL}}, with null for NULL.
     *
     * @return null if the text is not a one-dimensional array
     */
    public static @Nullable List<@Nullable String> elements(String arrayText) {
        return ArrayLiteral.parse(arrayText);
    }

    /** The text that PostgreSQL writes for a decoded value, in the ISO style; a timestamptz at offset zero. */
    public static String textOf(Object value) {
        return ValueOutput.of(value);
    }

    /** Whether one-dimensional values of this array type are read as Java arrays. */
    public static boolean readsArray(int typeId) {
        int elementType = BuiltInTypes.elementOf(typeId);
        return elementType >= 0 && JavaTypes.hasArray(elementType);
    }

    /**
     * The value as its Java type.
     *
     * @param typeId the id of its type in {@code pg_type}
     * @param binary whether it was sent in the binary format
     * @param bytes the buffer that contains the value; a bytea is copied
     * @param offset the start of the value
     * @param length the number of bytes of the value
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
     * The value as the text that {@code value::text} returns, in the ISO style. A timestamptz has offset zero, whatever the session's
     * time zone and the format.
     *
     * @param typeId the id of its type in {@code pg_type}
     * @param binary whether it was sent in the binary format
     * @param bytes the buffer that contains the value
     * @param offset the start of the value
     * @param length the number of bytes of the value
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
