package io.headgate.core.codec;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;

/**
 * Parses dates and times in the server's ISO style only; in another style, day and month could be swapped. A text that does not match
 * throws a {@link DateTimeException}. 24:00 throws a separate error.
 */
final class DateTimeInput {

    private static final String INFINITY = "infinity";
    private static final String MINUS_INFINITY = "-infinity";
    private static final String BC = " BC";

    private final String text;
    private final int end;
    private int at;

    private DateTimeInput(String text) {
        this.text = text;
        this.end = text.endsWith(BC) ? text.length() - BC.length() : text.length();
    }

    static LocalDate date(String text) {
        if (isInfinite(text)) {
            return text.equals(INFINITY) ? LocalDate.MAX : LocalDate.MIN;
        }
        DateTimeInput input = new DateTimeInput(text);
        return input.atEnd(input.day());
    }

    static LocalTime time(String text) {
        DateTimeInput input = new DateTimeInput(text);
        return input.atEndWithoutEra(input.clock(TypeIds.TIME));
    }

    static OffsetTime offsetTime(String text) {
        DateTimeInput input = new DateTimeInput(text);
        LocalTime time = input.clock(TypeIds.TIMETZ);
        return input.atEndWithoutEra(time.atOffset(input.offset()));
    }

    static LocalDateTime dateTime(String text) {
        if (isInfinite(text)) {
            return text.equals(INFINITY) ? LocalDateTime.MAX : LocalDateTime.MIN;
        }
        DateTimeInput input = new DateTimeInput(text);
        return input.atEnd(input.dayAndClock(TypeIds.TIMESTAMP));
    }

    /** The time at offset zero, because the offset in the text is only the session's display setting. */
    static OffsetDateTime offsetDateTime(String text) {
        if (isInfinite(text)) {
            return text.equals(INFINITY) ? OffsetDateTime.MAX : OffsetDateTime.MIN;
        }
        DateTimeInput input = new DateTimeInput(text);
        LocalDateTime local = input.dayAndClock(TypeIds.TIMESTAMPTZ);
        return input.atEnd(local.atOffset(input.offset()).withOffsetSameInstant(ZoneOffset.UTC));
    }

    private static boolean isInfinite(String text) {
        return text.equals(INFINITY) || text.equals(MINUS_INFINITY);
    }

    private LocalDate day() {
        int year = number(4, 7);
        expect('-');
        int month = number(2, 2);
        expect('-');
        int day = number(2, 2);
        return LocalDate.of(end < text.length() ? 1 - year : year, month, day);
    }

    private LocalDateTime dayAndClock(int typeId) {
        LocalDate day = day();
        expect(' ');
        return day.atTime(clock(typeId));
    }

    private LocalTime clock(int typeId) {
        int hour = number(2, 2);
        expect(':');
        int minute = number(2, 2);
        expect(':');
        int second = number(2, 2);
        int nanos = fraction();
        if (hour == 24 && minute == 0 && second == 0 && nanos == 0) {
            throw Unreadable.withoutCounterpart(typeId, text, typeId == TypeIds.TIMETZ ? "OffsetTime" : "LocalTime");
        }
        return LocalTime.of(hour, minute, second, nanos);
    }

    private int fraction() {
        if (at >= end || text.charAt(at) != '.') {
            return 0;
        }
        at++;
        int start = at;
        int nanos = number(1, 6);
        for (int digits = at - start; digits < 9; digits++) {
            nanos *= 10;
        }
        return nanos;
    }

    private ZoneOffset offset() {
        if (at >= end || (text.charAt(at) != '+' && text.charAt(at) != '-')) {
            throw unreadable();
        }
        int sign = text.charAt(at++) == '-' ? -1 : 1;
        int seconds = number(2, 2) * 3_600;
        for (int unit = 60; unit > 0 && at < end; unit /= 60) {
            expect(':');
            seconds += number(2, 2) * unit;
        }
        return ZoneOffset.ofTotalSeconds(sign * seconds);
    }

    private int number(int minDigits, int maxDigits) {
        int start = at;
        int number = 0;
        while (at < end && at - start < maxDigits && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            number = number * 10 + (text.charAt(at++) - '0');
        }
        if (at - start < minDigits) {
            throw unreadable();
        }
        return number;
    }

    private void expect(char c) {
        if (at >= end || text.charAt(at++) != c) {
            throw unreadable();
        }
    }

    private <T> T atEnd(T value) {
        if (at != end) {
            throw unreadable();
        }
        return value;
    }

    private <T> T atEndWithoutEra(T value) {
        if (end != text.length()) {
            throw unreadable();
        }
        return atEnd(value);
    }

    private static DateTimeException unreadable() {
        return new DateTimeException("not in the ISO style");
    }
}
