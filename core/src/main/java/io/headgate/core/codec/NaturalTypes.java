package io.headgate.core.codec;

import io.headgate.core.type.Interval;
import io.headgate.core.type.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.UUID;

/** The natural PostgreSQL type of a Java class, for a null of which only the class is known. */
final class NaturalTypes {

    private static final Map<Class<?>, Integer> OF_CLASSES = Map.ofEntries(
            Map.entry(String.class, BuiltInTypes.TEXT),
            Map.entry(Character.class, BuiltInTypes.TEXT),
            Map.entry(Short.class, TypeIds.INT2),
            Map.entry(Byte.class, TypeIds.INT2),
            Map.entry(Integer.class, TypeIds.INT4),
            Map.entry(Long.class, TypeIds.INT8),
            Map.entry(BigInteger.class, TypeIds.NUMERIC),
            Map.entry(BigDecimal.class, TypeIds.NUMERIC),
            Map.entry(Float.class, TypeIds.FLOAT4),
            Map.entry(Double.class, TypeIds.FLOAT8),
            Map.entry(Boolean.class, TypeIds.BOOL),
            Map.entry(UUID.class, TypeIds.UUID),
            Map.entry(byte[].class, TypeIds.BYTEA),
            Map.entry(ByteBuffer.class, TypeIds.BYTEA),
            Map.entry(LocalDate.class, TypeIds.DATE),
            Map.entry(LocalTime.class, TypeIds.TIME),
            Map.entry(OffsetTime.class, TypeIds.TIMETZ),
            Map.entry(LocalDateTime.class, TypeIds.TIMESTAMP),
            Map.entry(OffsetDateTime.class, TypeIds.TIMESTAMPTZ),
            Map.entry(ZonedDateTime.class, TypeIds.TIMESTAMPTZ),
            Map.entry(Instant.class, TypeIds.TIMESTAMPTZ),
            Map.entry(Duration.class, TypeIds.INTERVAL),
            Map.entry(Period.class, TypeIds.INTERVAL),
            Map.entry(Interval.class, TypeIds.INTERVAL),
            Map.entry(Json.class, TypeIds.JSONB),
            Map.entry(InetAddress.class, BuiltInTypes.INET));

    private static final Map<Class<?>, Class<?>> BOXES = Map.of(
            short.class, Short.class,
            byte.class, Byte.class,
            int.class, Integer.class,
            long.class, Long.class,
            float.class, Float.class,
            double.class, Double.class,
            boolean.class, Boolean.class,
            char.class, Character.class);

    private NaturalTypes() {}

    /** The type's id, or 0 if the class has no natural type. */
    static int of(Class<?> type) {
        Integer known = OF_CLASSES.get(BOXES.getOrDefault(type, type));
        if (known != null) {
            return known;
        }
        Class<?> element = type.getComponentType();
        return element == null ? TypeIds.UNSPECIFIED : arrayOf(of(element));
    }

    private static int arrayOf(int element) {
        return element == TypeIds.UNSPECIFIED ? element : BuiltInTypes.arrayOf(element);
    }
}
