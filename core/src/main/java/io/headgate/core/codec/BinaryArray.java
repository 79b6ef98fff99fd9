package io.headgate.core.codec;

import org.jspecify.annotations.Nullable;

/**
 * Reads an array in the binary format: number of dimensions, a flag, the element type, length and lower bound of each dimension,
 * then for each element its length and its bytes. An array with one dimension becomes a Java array. An array with more dimensions
 * becomes the text that the server would write.
 *
 * @see <a href="https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/arrayfuncs.c">PostgreSQL,
 *     arrayfuncs.c</a>
 */
final class BinaryArray {

    private static final int MAX_DIMENSIONS = 6;
    private static final int HEADER = 12;

    private final int arrayType;
    private final int elementType;
    private final byte[] bytes;
    private final int end;
    private final int[] lengths;
    private final int[] lowerBounds;
    private final int count;
    private int at;

    private BinaryArray(int arrayType, byte[] bytes, int offset, int length) {
        this.arrayType = arrayType;
        this.elementType = BuiltInTypes.elementOf(arrayType);
        this.bytes = bytes;
        this.end = offset + length;
        if (length < HEADER) {
            throw malformed("it has " + length + " bytes");
        }
        int dimensions = BigEndian.getInt(bytes, offset);
        if (dimensions < 0 || dimensions > MAX_DIMENSIONS || length < HEADER + 8 * dimensions) {
            throw malformed("it has " + dimensions + " dimensions in " + length + " bytes");
        }
        int sentType = BigEndian.getInt(bytes, offset + 8);
        if (sentType != elementType) {
            throw malformed("its elements are of " + BuiltInTypes.nameOf(sentType));
        }
        this.lengths = new int[dimensions];
        this.lowerBounds = new int[dimensions];
        this.at = offset + HEADER;
        long product = dimensions == 0 ? 0 : 1;
        for (int i = 0; i < dimensions; i++) {
            lengths[i] = BigEndian.getInt(bytes, at);
            lowerBounds[i] = BigEndian.getInt(bytes, at + 4);
            at += 8;
            // each element needs at least the four bytes of its length
            if (lengths[i] < 0 || (product *= lengths[i]) > (length - HEADER) / Integer.BYTES) {
                throw malformed("it has more elements than bytes");
            }
        }
        this.count = (int) product;
    }

    /** A Java array, or text for several dimensions and for element types without a Java array. */
    static Object decode(int arrayType, byte[] bytes, int offset, int length) {
        BinaryArray array = new BinaryArray(arrayType, bytes, offset, length);
        return array.lengths.length > 1 || !JavaTypes.hasArray(array.elementType) ? array.text() : array.elements();
    }

    /** The array's text, as the server writes it. */
    static String text(int arrayType, byte[] bytes, int offset, int length) {
        return new BinaryArray(arrayType, bytes, offset, length).text();
    }

    private Object elements() {
        @Nullable Object[] elements = JavaTypes.newArray(elementType, count);
        for (int i = 0; i < count; i++) {
            int size = nextSize();
            if (size >= 0) {
                elements[i] = BinaryValues.decode(elementType, bytes, at, size);
                at += size;
            }
        }
        checkEnd();
        return JavaTypes.finished(elements);
    }

    private String text() {
        StringBuilder out = new StringBuilder(16 * count + 2);
        if (count == 0) {
            checkEnd();
            return "{}";
        }
        boolean bounds = false;
        for (int lowerBound : lowerBounds) {
            bounds |= lowerBound != 1;
        }
        for (int i = 0; bounds && i < lengths.length; i++) {
            out.append('[')
                    .append(lowerBounds[i])
                    .append(':')
                    .append((long) lowerBounds[i] + lengths[i] - 1)
                    .append(']');
        }
        dimension(0, out.append(bounds ? "=" : ""));
        checkEnd();
        return out.toString();
    }

    private void dimension(int dimension, StringBuilder out) {
        if (dimension == lengths.length) {
            int size = nextSize();
            ArrayText.element(size < 0 ? null : BinaryValues.text(elementType, bytes, at, size), out);
            at += Math.max(size, 0);
            return;
        }
        out.append('{');
        for (int i = 0; i < lengths[dimension]; i++) {
            if (i > 0) {
                out.append(',');
            }
            dimension(dimension + 1, out);
        }
        out.append('}');
    }

    /** Reads the length of the next element and checks that the element is complete; negative for NULL. */
    private int nextSize() {
        if (end - at < Integer.BYTES) {
            throw malformed("an element is cut off");
        }
        int size = BigEndian.getInt(bytes, at);
        at += Integer.BYTES;
        if (size > end - at || size < -1) {
            throw malformed("an element has " + size + " bytes");
        }
        return size;
    }

    private void checkEnd() {
        if (at != end) {
            throw malformed("it has extra bytes after its elements");
        }
    }

    private io.headgate.core.error.RowMappingException malformed(String reason) {
        return Unreadable.malformed(arrayType, reason);
    }
}
