package io.headgate.core.driver.text;

import io.headgate.core.type.ArrayLiteral;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes Java values of what arrives as text. Types not named here stay text: json, inet, enumerations, ranges and whatever
 * extensions add. So do arrays of several dimensions.
 */
public final class TextDecoder {

    private TextDecoder() {}

    /**
     * The value of a text.
     *
     * @param typeId the id of the value's type in {@code pg_type}
     * @throws IllegalArgumentException if no value of Java can hold it, or the text is of another form
     * @throws java.time.DateTimeException the same of a date or time
     */
    public static Object decode(int typeId, String text) {
        int elementType = TypeIds.elementOf(typeId);
        try {
            return elementType < 0 ? scalar(typeId, text) : array(elementType, text);
        } catch (IndexOutOfBoundsException | ArithmeticException otherForm) {
            // such as a date in another DateStyle
            throw new IllegalArgumentException("its text is of another form", otherForm);
        }
    }

    private static Object scalar(int typeId, String text) {
        return switch (typeId) {
            case TypeIds.BOOL -> text.equals("t");
            case TypeIds.BYTEA -> ByteaText.decode(text);
            case TypeIds.INT2 -> Short.valueOf(text);
            case TypeIds.INT4 -> Integer.valueOf(text);
            case TypeIds.INT8 -> Long.valueOf(text);
            case TypeIds.FLOAT4 -> Float.valueOf(text);
            case TypeIds.FLOAT8 -> Double.valueOf(text);
            case TypeIds.NUMERIC -> numeric(text);
            case TypeIds.UUID -> UUID.fromString(text);
            case TypeIds.DATE -> DateTimeText.date(text);
            case TypeIds.TIME -> DateTimeText.time(text);
            case TypeIds.TIMETZ -> DateTimeText.offsetTime(text);
            case TypeIds.TIMESTAMP -> DateTimeText.dateTime(text);
            case TypeIds.TIMESTAMPTZ -> DateTimeText.offsetDateTime(text);
            case TypeIds.INTERVAL -> IntervalText.parse(text);
            default -> text;
        };
    }

    /** BigDecimal has neither NaN nor infinities. */
    private static Number numeric(String text) {
        char last = text.charAt(text.length() - 1);
        return Character.isDigit(last) ? new BigDecimal(text) : (Number) Double.valueOf(text);
    }

    private static Object array(int elementType, String text) {
        int bounds = text.startsWith("[") ? text.indexOf('=') + 1 : 0;
        List<@Nullable String> elements = ArrayLiteral.parse(text.substring(bounds));
        if (elements == null) {
            return text;
        }
        Object array = Array.newInstance(javaType(elementType), elements.size());
        boolean decimals = elementType == TypeIds.NUMERIC;
        for (int i = 0; i < elements.size(); i++) {
            String element = elements.get(i);
            if (element != null) {
                Object value = scalar(elementType, element);
                decimals &= value instanceof BigDecimal;
                Array.set(array, i, value);
            }
        }
        return decimals ? Arrays.copyOf((Number[]) array, elements.size(), BigDecimal[].class) : array;
    }

    private static Class<?> javaType(int elementType) {
        return switch (elementType) {
            case TypeIds.BOOL -> Boolean.class;
            case TypeIds.BYTEA -> byte[].class;
            case TypeIds.INT2 -> Short.class;
            case TypeIds.INT4 -> Integer.class;
            case TypeIds.INT8 -> Long.class;
            case TypeIds.FLOAT4 -> Float.class;
            case TypeIds.FLOAT8 -> Double.class;
            case TypeIds.NUMERIC -> Number.class;
            case TypeIds.UUID -> UUID.class;
            case TypeIds.DATE -> LocalDate.class;
            case TypeIds.TIME -> LocalTime.class;
            case TypeIds.TIMETZ -> OffsetTime.class;
            case TypeIds.TIMESTAMP -> LocalDateTime.class;
            case TypeIds.TIMESTAMPTZ -> OffsetDateTime.class;
            case TypeIds.INTERVAL -> io.headgate.core.type.Interval.class;
            default -> String.class;
        };
    }
}
