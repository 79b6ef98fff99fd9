package io.headgate.core;

import io.headgate.core.codec.ValueDecoder;
import io.headgate.core.error.RowMappingException;
import io.headgate.core.type.Interval;
import io.headgate.core.type.Json;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Converts a value from the decoded type to the type that the caller wants, if no information is lost. Otherwise it throws an
 * error that names the column and the type, and what to do about a NULL. Stateless.
 */
final class ValueConverter {

    /** Four numbers, or hexadecimal groups with at least two colons. Java never looks up such a text as a host name. */
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|(?=(.*:){2})[0-9A-Fa-f:.]+");

    private ValueConverter() {}

    /**
     * The value as {@code type}.
     *
     * @param index the column's position, for the error
     * @throws RowMappingException if the value does not fit, or is null and {@code type} primitive
     */
    @SuppressWarnings("unchecked")
    static <T> @Nullable T convert(@Nullable Object value, Class<T> type, int index, List<String> columns) {
        if (value == null) {
            if (type.isPrimitive()) {
                throw new RowMappingException("column " + name(index, columns) + " is NULL and cannot be a primitive "
                        + type.getName() + "; read it as " + box(type).getSimpleName()
                        + ", or exclude NULL in the SQL");
            }
            return null;
        }
        if (type.isInstance(value)) {
            return (T) value;
        }
        Object converted = convertOrNull(value, type.isPrimitive() ? box(type) : type);
        if (converted == null) {
            throw new RowMappingException("column " + name(index, columns) + " holds a "
                    + value.getClass().getTypeName() + " that does not fit a " + type.getTypeName()
                    + hint(value));
        }
        return (T) converted;
    }

    private static String hint(Object value) {
        return value instanceof Number ? " (out of range or not whole)" : "";
    }

    private static @Nullable Object convertOrNull(Object value, Class<?> type) {
        if (type.isInstance(value)) {
            return value;
        }
        if (type == String.class
                && (value instanceof byte[] || !value.getClass().isArray())) {
            return ValueDecoder.textOf(value);
        }
        if (value instanceof Number number && (Number.class.isAssignableFrom(type))) {
            return ExactNumbers.as(type, number);
        }
        if (value instanceof String text) {
            return fromText(text, type);
        }
        if (value instanceof OffsetDateTime time) {
            return fromOffsetDateTime(time, type);
        }
        if (value instanceof Interval interval) {
            return fromInterval(interval, type);
        }
        if (value.getClass().isArray()) {
            return fromArray(value, type);
        }
        return null;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static @Nullable Object fromText(String text, Class<?> type) {
        if (type == Json.class) {
            return Json.of(text);
        }
        if (type == InetAddress.class) {
            return address(text);
        }
        if (type == Character.class) {
            return text.length() == 1 ? (Object) text.charAt(0) : null;
        }
        if (type.isEnum()) {
            for (Object constant : type.getEnumConstants()) {
                if (((Enum) constant).name().equals(text)) {
                    return constant;
                }
            }
            for (Object constant : type.getEnumConstants()) {
                if (((Enum) constant).name().equalsIgnoreCase(text)) {
                    return constant;
                }
            }
            return null;
        }
        if (type == Long.class || type == Integer.class) {
            // an oid arrives as text; text that is not a number must stay an error
            try {
                return ExactNumbers.as(type, new BigDecimal(text));
            } catch (NumberFormatException noNumber) {
                return null;
            }
        }
        if ((type.isArray() || isListType(type)) && (text.startsWith("{") || text.startsWith("["))) {
            List<@Nullable String> elements = ValueDecoder.elements(text);
            return elements == null ? null : fromArray(elements.toArray(new String[0]), type);
        }
        return null;
    }

    /** An inet of one address. Host names are not looked up. The network of a cidr is not an address. */
    private static @Nullable InetAddress address(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException noAddress) {
            return null;
        }
    }

    private static @Nullable Object fromOffsetDateTime(OffsetDateTime time, Class<?> type) {
        boolean infinite = time.equals(OffsetDateTime.MAX) || time.equals(OffsetDateTime.MIN);
        if (type == Instant.class) {
            return infinite ? (time.equals(OffsetDateTime.MAX) ? Instant.MAX : Instant.MIN) : time.toInstant();
        }
        if (type == ZonedDateTime.class && !infinite) {
            return time.atZoneSameInstant(ZoneId.of("UTC"));
        }
        return null;
    }

    private static @Nullable Object fromInterval(Interval interval, Class<?> type) {
        if (type == Duration.class && interval.months() == 0 && interval.days() == 0) {
            return interval.duration();
        }
        return type == Period.class && interval.microseconds() == 0 ? interval.period() : null;
    }

    private static @Nullable Object fromArray(Object array, Class<?> type) {
        int length = Array.getLength(array);
        if (isListType(type)) {
            return array instanceof Object[] objects
                    ? Collections.unmodifiableList(Arrays.asList(objects.clone()))
                    : null;
        }
        if (!type.isArray()) {
            return null;
        }
        Class<?> component = type.getComponentType();
        Object result = Array.newInstance(component, length);
        for (int i = 0; i < length; i++) {
            Object element = Array.get(array, i);
            if (element == null) {
                if (component.isPrimitive()) {
                    return null;
                }
                continue;
            }
            Object converted = convertOrNull(element, component.isPrimitive() ? box(component) : component);
            if (converted == null) {
                return null;
            }
            Array.set(result, i, converted);
        }
        return result;
    }

    private static boolean isListType(Class<?> type) {
        return type == List.class || type == Collection.class || type == Iterable.class;
    }

    private static Class<?> box(Class<?> primitive) {
        return java.lang.invoke.MethodType.methodType(primitive).wrap().returnType();
    }

    private static String name(int index, List<String> columns) {
        return "\"" + columns.get(index) + "\"";
    }
}
