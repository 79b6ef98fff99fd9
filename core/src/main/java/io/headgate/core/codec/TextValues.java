package io.headgate.core.codec;

import io.headgate.core.error.RowMappingException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads values in the text format of a session with DateStyle ISO. Types not listed here stay text. */
final class TextValues {

    private TextValues() {}

    static Object decode(int typeId, String text) {
        try {
            int elementType = BuiltInTypes.elementOf(typeId);
            return elementType < 0 || !JavaTypes.hasArray(elementType)
                    ? scalar(typeId, text)
                    : array(elementType, text);
        } catch (IllegalArgumentException
                | DateTimeException
                | ArithmeticException
                | IndexOutOfBoundsException unreadable) {
            throw Unreadable.otherText(typeId, text, unreadable);
        }
    }

    /** Decodes a bytea directly from the received bytes of its text. */
    static byte[] bytea(byte[] bytes, int offset, int length) {
        try {
            return ByteaText.decode(bytes, offset, length);
        } catch (IllegalArgumentException | IndexOutOfBoundsException unreadable) {
            throw Unreadable.otherText(TypeIds.BYTEA, BinaryValues.utf8(bytes, offset, length), unreadable);
        }
    }

    private static Object scalar(int typeId, String text) {
        return switch (typeId) {
            case TypeIds.BOOL -> bool(text);
            case TypeIds.BYTEA -> ByteaText.decode(text);
            case TypeIds.INT2 -> Short.valueOf(text);
            case TypeIds.INT4 -> Integer.valueOf(text);
            case TypeIds.INT8 -> Long.valueOf(text);
            case TypeIds.FLOAT4 -> Float.valueOf(numberText(text));
            case TypeIds.FLOAT8 -> Double.valueOf(numberText(text));
            case TypeIds.NUMERIC -> numeric(text);
            case TypeIds.UUID -> uuid(text);
            case TypeIds.DATE -> DateTimeInput.date(text);
            case TypeIds.TIME -> DateTimeInput.time(text);
            case TypeIds.TIMETZ -> DateTimeInput.offsetTime(text);
            case TypeIds.TIMESTAMP -> DateTimeInput.dateTime(text);
            case TypeIds.TIMESTAMPTZ -> DateTimeInput.offsetDateTime(text);
            case TypeIds.INTERVAL -> Intervals.parse(text);
            default -> text;
        };
    }

    private static Boolean bool(String text) {
        return switch (text) {
            case "t" -> true;
            case "f" -> false;
            default -> throw new IllegalArgumentException("no boolean");
        };
    }

    /** Checks the characters, because Java would also accept {@code 1d}, {@code 0x1p3} and surrounding blanks. */
    private static String numberText(String text) {
        if (text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity")) {
            return text;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c != 'e') {
                throw new NumberFormatException("no number");
            }
        }
        return text;
    }

    /** A BigDecimal, or a Double for NaN and the infinities, which BigDecimal does not have. */
    private static Number numeric(String text) {
        String number = numberText(text);
        if (number.endsWith("N") || number.endsWith("y")) {
            return Double.valueOf(number);
        }
        // the server writes no exponent; an exponent in damaged bytes could mean a gigabyte of zeros
        if (number.indexOf('e') >= 0) {
            throw new NumberFormatException("no numeric");
        }
        return new BigDecimal(number);
    }

    /** Checks the length, because Java would also accept groups of other lengths. */
    private static UUID uuid(String text) {
        if (text.length() != 36) {
            throw new IllegalArgumentException("no uuid");
        }
        return UUID.fromString(text);
    }

    private static Object array(int elementType, String text) {
        List<@Nullable String> elements = ArrayLiteral.parse(text);
        if (elements == null) {
            // several dimensions stay text; a text that is not an array is damaged
            if (!text.endsWith("}")) {
                throw new IllegalArgumentException("no array");
            }
            return text;
        }
        @Nullable Object[] array = JavaTypes.newArray(elementType, elements.size());
        for (int i = 0; i < array.length; i++) {
            String element = elements.get(i);
            if (element != null) {
                array[i] = scalar(elementType, element);
            }
        }
        return JavaTypes.finished(array);
    }

    /**
     * Normalizes a text so that both formats return the same: a boolean as true or false, a timestamptz at offset zero instead of the
     * session's offset.
     */
    static String normal(int typeId, String text) {
        return switch (typeId) {
            case TypeIds.BOOL -> text.equals("t") ? "true" : text.equals("f") ? "false" : text;
            case TypeIds.TIMESTAMPTZ -> atOffsetZero(text);
            case TypeIds.TIMESTAMPTZ_ARRAY -> eachAtOffsetZero(text);
            default -> text;
        };
    }

    private static String atOffsetZero(String text) {
        try {
            OffsetDateTime time = DateTimeInput.offsetDateTime(text);
            return DateTimeOutput.of(time);
        } catch (DateTimeException | RowMappingException otherStyle) {
            return text;
        }
    }

    /** Each time is in quotes because it contains a blank. That holds for any number of dimensions. */
    private static String eachAtOffsetZero(String text) {
        StringBuilder out = new StringBuilder(text.length());
        int from = 0;
        while (true) {
            int opening = text.indexOf('"', from);
            int closing = opening < 0 ? -1 : text.indexOf('"', opening + 1);
            if (closing < 0) {
                return out.append(text, from, text.length()).toString();
            }
            out.append(text, from, opening + 1)
                    .append(atOffsetZero(text.substring(opening + 1, closing)))
                    .append('"');
            from = closing + 1;
        }
    }
}
