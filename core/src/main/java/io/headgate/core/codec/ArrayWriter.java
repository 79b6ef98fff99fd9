package io.headgate.core.codec;

import io.headgate.core.error.ParameterException;
import io.headgate.core.type.TypedText;
import java.lang.reflect.Array;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Arrays and collections. A one-dimensional array is sent in the binary format if each element is. Other arrays are sent as an array
 * literal, whose elements the server parses.
 */
final class ArrayWriter implements ValueWriter {

    static final ArrayWriter INSTANCE = new ArrayWriter();

    private static final int MAX_DIMENSIONS = 6;

    private ArrayWriter() {}

    static boolean isArray(Object value) {
        return value instanceof Collection || (value.getClass().isArray() && !(value instanceof byte[]));
    }

    private static @Nullable Object[] elements(Object value) {
        if (value instanceof Object[] objects) {
            return objects;
        }
        if (value instanceof Collection<?> collection) {
            return collection.toArray();
        }
        @Nullable Object[] boxed = new @Nullable Object[Array.getLength(value)];
        for (int i = 0; i < boxed.length; i++) {
            boxed[i] = Array.get(value, i);
        }
        return boxed;
    }

    @Override
    public Form form(Object value, int typeId) {
        return switch (BuiltInTypes.groupOf(typeId)) {
            case ARRAY -> form(value, BuiltInTypes.elementOf(typeId), 1);
            case OTHER, TEXT -> form(value, TypeIds.UNSPECIFIED, 1);
            default -> Form.REFUSED;
        };
    }

    private static Form form(Object value, int elementType, int dimension) {
        if (dimension > MAX_DIMENSIONS) {
            return Form.REFUSED;
        }
        boolean binary = dimension == 1 && elementType != TypeIds.UNSPECIFIED;
        boolean exact = true;
        ValueWriter writer = UnsupportedWriter.INSTANCE;
        Class<?> written = Void.class;
        for (Object element : elements(value)) {
            if (element == null) {
                continue;
            }
            if (element.getClass() != written) {
                written = element.getClass();
                writer = ValueWriters.of(element);
            }
            boolean nested = writer == INSTANCE;
            Form form = nested ? form(element, elementType, dimension + 1) : writer.form(element, elementType);
            if (form == Form.REFUSED) {
                return form;
            }
            exact &= form.isExact();
            binary &= !nested && (form.isBinary() || isSameInBoth(elementType));
        }
        return binary ? (exact ? Form.BINARY : Form.ROUNDED_BINARY) : exact ? Form.TEXT : Form.ROUNDED_TEXT;
    }

    /** Whether the text form and the binary form of a type are the same. */
    private static boolean isSameInBoth(int elementType) {
        return BinaryValues.isPlainText(elementType);
    }

    @Override
    public void writeBinary(Object value, int typeId, ByteSink out) {
        @Nullable Object[] elements = elements(value);
        int elementType = BuiltInTypes.elementOf(typeId);
        boolean hasNull = false;
        for (Object element : elements) {
            hasNull |= element == null;
        }
        out.writeInt(elements.length == 0 ? 0 : 1);
        out.writeInt(hasNull ? 1 : 0);
        out.writeInt(elementType);
        if (elements.length > 0) {
            out.writeInt(elements.length);
            out.writeInt(1);
        }
        ValueWriter writer = UnsupportedWriter.INSTANCE;
        Class<?> written = Void.class;
        for (Object element : elements) {
            int start = out.position();
            out.writeInt(-1);
            if (element != null) {
                if (element.getClass() != written) {
                    written = element.getClass();
                    writer = ValueWriters.of(element);
                }
                if (isSameInBoth(elementType)) {
                    TextWriter.write(writer.text(element), out);
                } else {
                    writer.writeBinary(element, elementType, out);
                }
                out.setInt(start, out.position() - start - Integer.BYTES);
            }
        }
    }

    @Override
    public String text(Object value) {
        StringBuilder out = new StringBuilder();
        literal(value, 1, out);
        return out.toString();
    }

    private static void literal(Object value, int dimension, StringBuilder out) {
        if (dimension > MAX_DIMENSIONS) {
            throw new ParameterException("an array has more than " + MAX_DIMENSIONS + " dimensions");
        }
        out.append('{');
        boolean first = true;
        @Nullable Object[] elements = elements(value);
        char delimiter = delimiter(elements);
        for (Object element : elements) {
            if (!first) {
                out.append(delimiter);
            }
            first = false;
            if (element != null && isArray(element)) {
                literal(element, dimension + 1, out);
            } else {
                ArrayText.element(
                        element == null ? null : ValueWriters.of(element).text(element), out);
            }
        }
        out.append('}');
    }

    /** The delimiter between elements ({@code typdelim} in {@code pg_type}): a semicolon for box, else a comma. */
    private static char delimiter(@Nullable Object[] elements) {
        for (Object element : elements) {
            if (element != null) {
                return element instanceof TypedText typed && typed.typeId() == BuiltInTypes.BOX ? ';' : ',';
            }
        }
        return ',';
    }

    /** The array type for the common natural type of the elements; for mixed whole numbers the wider type. */
    @Override
    public int naturalType(Object value) {
        return BuiltInTypes.arrayOf(Math.max(elementType(value, 1), TypeIds.UNSPECIFIED));
    }

    /** The common natural type of the elements; 0 if they differ, -1 if there are no elements. */
    private static int elementType(Object value, int dimension) {
        int common = -1;
        for (Object element : dimension > MAX_DIMENSIONS ? new Object[0] : elements(value)) {
            if (element != null) {
                int type = isArray(element)
                        ? elementType(element, dimension + 1)
                        : ValueWriters.of(element).naturalType(element);
                if (common != type && type >= 0) {
                    common = common < 0 ? type : wider(common, type);
                }
                if (common == TypeIds.UNSPECIFIED) {
                    return common;
                }
            }
        }
        return common;
    }

    private static int wider(int one, int other) {
        boolean whole = isWhole(one) && isWhole(other);
        if (!whole) {
            return TypeIds.UNSPECIFIED;
        }
        return one == TypeIds.INT8 || other == TypeIds.INT8 ? TypeIds.INT8 : TypeIds.INT4;
    }

    private static boolean isWhole(int typeId) {
        return typeId == TypeIds.INT2 || typeId == TypeIds.INT4 || typeId == TypeIds.INT8;
    }

    @Override
    public String advice(Object value, int typeId) {
        return switch (BuiltInTypes.groupOf(typeId)) {
            case ARRAY, OTHER, TEXT ->
                "an element does not fit, or there are more than " + MAX_DIMENSIONS + " dimensions";
            case JSON -> "bind Json.of(text) with the text that your JSON library makes of it";
            default -> "bind one value, or compare with any(array)";
        };
    }
}
