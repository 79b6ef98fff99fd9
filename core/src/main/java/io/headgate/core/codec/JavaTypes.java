package io.headgate.core.codec;

import io.headgate.core.type.Interval;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The Java array types for array values. */
final class JavaTypes {

    private JavaTypes() {}

    /** Whether arrays with this element type are read as Java arrays. Others stay text as the server writes it. */
    static boolean hasArray(int elementType) {
        return switch (elementType) {
            case BuiltInTypes.TEXT, BuiltInTypes.VARCHAR, BuiltInTypes.BPCHAR, BuiltInTypes.NAME, BuiltInTypes.CHAR ->
                true;
            default -> classOf(elementType) != String.class;
        };
    }

    static @Nullable Object[] newArray(int elementType, int length) {
        return (@Nullable Object[]) Array.newInstance(classOf(elementType), length);
    }

    /** Converts an array of numeric to BigDecimal[], unless it contains a NaN or an infinity. Returns other arrays unchanged. */
    static @Nullable Object[] finished(@Nullable Object[] array) {
        if (array.getClass() != Number[].class) {
            return array;
        }
        for (Object element : array) {
            if (element instanceof Double) {
                return array;
            }
        }
        return Arrays.copyOf(array, array.length, BigDecimal[].class);
    }

    private static Class<?> classOf(int elementType) {
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
            case TypeIds.INTERVAL -> Interval.class;
            default -> String.class;
        };
    }
}
