package io.headgate.core.codec;

import io.headgate.core.type.Interval;
import io.headgate.core.type.Json;
import io.headgate.core.type.TypedText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds the writer for a value by its class. The most frequent classes are checked first. */
final class ValueWriters {

    private ValueWriters() {}

    static ValueWriter of(Object value) {
        if (value instanceof String) {
            return TextWriter.INSTANCE;
        }
        if (value instanceof Number) {
            return ofNumber(value);
        }
        if (value instanceof UUID) {
            return UuidWriter.INSTANCE;
        }
        if (value instanceof Boolean) {
            return BooleanWriter.INSTANCE;
        }
        if (value instanceof byte[] || value instanceof ByteBuffer) {
            return BytesWriter.INSTANCE;
        }
        ValueWriter ofTime = ofTime(value);
        return ofTime != null ? ofTime : ofOther(value);
    }

    private static ValueWriter ofOther(Object value) {
        if (ArrayWriter.isArray(value)) {
            return ArrayWriter.INSTANCE;
        }
        if (value instanceof Year || value instanceof Month || value instanceof DayOfWeek) {
            return CalendarFieldWriter.INSTANCE;
        }
        if (isText(value)) {
            return TextWriter.INSTANCE;
        }
        if (value instanceof Date date && !InstantWriter.isNoInstant(date)) {
            return InstantWriter.INSTANCE;
        }
        return value instanceof Map ? HstoreWriter.INSTANCE : UnsupportedWriter.INSTANCE;
    }

    private static ValueWriter ofNumber(Object value) {
        if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
            return WholeNumberWriter.INSTANCE;
        }
        return value instanceof BigDecimal
                        || value instanceof Double
                        || value instanceof Float
                        || value instanceof BigInteger
                ? FractionWriter.INSTANCE
                : UnsupportedWriter.INSTANCE;
    }

    private static boolean isText(Object value) {
        return value instanceof Enum
                || value instanceof Json
                || value instanceof TypedText
                || value instanceof Character
                || value instanceof CharSequence
                || value instanceof InetAddress
                || value instanceof YearMonth
                || value instanceof MonthDay
                || value instanceof ZoneId
                || value instanceof URI
                || value instanceof URL
                || value instanceof Locale;
    }

    private static @Nullable ValueWriter ofTime(Object value) {
        if (value instanceof LocalDateTime) {
            return LocalDateTimeWriter.INSTANCE;
        }
        if (value instanceof OffsetDateTime || value instanceof Instant || value instanceof ZonedDateTime) {
            return InstantWriter.INSTANCE;
        }
        if (value instanceof LocalDate) {
            return LocalDateWriter.INSTANCE;
        }
        if (value instanceof LocalTime || value instanceof OffsetTime) {
            return TimeWriter.INSTANCE;
        }
        if (value instanceof Duration || value instanceof Interval || value instanceof Period) {
            return IntervalWriter.INSTANCE;
        }
        return null;
    }
}
