package io.headgate.core.driver.text;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Dates and times in the ISO style that the session is opened with, years before Christ and beyond 9999 and both infinities
 * included. Fractions of a microsecond are cut off, which PostgreSQL would round up, at midnight into the next day.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-DATETIME-OUTPUT">PostgreSQL, Date/Time
 *     Output</a>
 */
public final class DateTimeText {

    private static final String INFINITY = "infinity";
    private static final String MINUS_INFINITY = "-infinity";
    private static final String BC = " BC";

    private DateTimeText() {}

    /** The text of a value. */
    public static String of(LocalDate date) {
        if (date.equals(LocalDate.MAX) || date.equals(LocalDate.MIN)) {
            return date.equals(LocalDate.MAX) ? INFINITY : MINUS_INFINITY;
        }
        return day(date) + era(date);
    }

    /** The text of a value. */
    public static String of(LocalTime time) {
        return cut(time).toString();
    }

    /** The text of a value. */
    public static String of(OffsetTime time) {
        return cut(time.toLocalTime()) + time.getOffset().getId();
    }

    /** The text of a value. */
    public static String of(LocalDateTime time) {
        if (time.equals(LocalDateTime.MAX) || time.equals(LocalDateTime.MIN)) {
            return time.equals(LocalDateTime.MAX) ? INFINITY : MINUS_INFINITY;
        }
        return day(time.toLocalDate()) + " " + of(time.toLocalTime()) + era(time.toLocalDate());
    }

    /** The text of a value. */
    public static String of(OffsetDateTime time) {
        if (time.equals(OffsetDateTime.MAX) || time.equals(OffsetDateTime.MIN)) {
            return time.equals(OffsetDateTime.MAX) ? INFINITY : MINUS_INFINITY;
        }
        LocalDate date = time.toLocalDate();
        return day(date) + " " + of(time.toLocalTime()) + time.getOffset().getId() + era(date);
    }

    /** The text of a value. */
    public static String of(Instant instant) {
        if (instant.equals(Instant.MAX) || instant.equals(Instant.MIN)) {
            return instant.equals(Instant.MAX) ? INFINITY : MINUS_INFINITY;
        }
        return of(instant.atOffset(ZoneOffset.UTC));
    }

    private static String day(LocalDate date) {
        int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
        return String.format(Locale.ROOT, "%04d-%02d-%02d", year, date.getMonthValue(), date.getDayOfMonth());
    }

    private static String era(LocalDate date) {
        return date.getYear() > 0 ? "" : BC;
    }

    private static LocalTime cut(LocalTime time) {
        return time.truncatedTo(ChronoUnit.MICROS);
    }

    /** The value of a text. */
    public static LocalDate date(String text) {
        if (text.endsWith(INFINITY)) {
            return text.startsWith("-") ? LocalDate.MIN : LocalDate.MAX;
        }
        boolean bc = text.endsWith(BC);
        int month = text.indexOf('-') + 1;
        int year = Integer.parseInt(text, 0, month - 1, 10);
        return LocalDate.of(
                bc ? 1 - year : year,
                Integer.parseInt(text, month, month + 2, 10),
                Integer.parseInt(text, month + 3, month + 5, 10));
    }

    /** The value of a text. */
    public static LocalTime time(String text) {
        return LocalTime.parse(text);
    }

    /** The value of a text. */
    public static OffsetTime offsetTime(String text) {
        int zone = zone(text, 0);
        return time(text.substring(0, zone)).atOffset(ZoneOffset.of(text.substring(zone)));
    }

    /** The value of a text. */
    public static LocalDateTime dateTime(String text) {
        if (text.endsWith(INFINITY)) {
            return text.startsWith("-") ? LocalDateTime.MIN : LocalDateTime.MAX;
        }
        int space = text.indexOf(' ');
        String time = text.substring(space + 1);
        String rest = text.endsWith(BC) ? time.substring(0, time.length() - BC.length()) : time;
        return day(text, space).atTime(time(rest));
    }

    /** At offset zero, as the other driver has it: which offset a session shows says nothing about the value. */
    public static OffsetDateTime offsetDateTime(String text) {
        if (text.endsWith(INFINITY)) {
            return text.startsWith("-") ? OffsetDateTime.MIN : OffsetDateTime.MAX;
        }
        int space = text.indexOf(' ');
        int zone = zone(text, space);
        int end = text.endsWith(BC) ? text.length() - BC.length() : text.length();
        return day(text, space)
                .atTime(time(text.substring(space + 1, zone)))
                .atOffset(ZoneOffset.of(text.substring(zone, end)))
                .withOffsetSameInstant(ZoneOffset.UTC);
    }

    private static LocalDate day(String text, int space) {
        return date(text.substring(0, space) + (text.endsWith(BC) ? BC : ""));
    }

    private static int zone(String text, int from) {
        int at = Math.max(from, 0);
        while (text.charAt(at) != '+' && (text.charAt(at) != '-' || at <= from)) {
            at++;
        }
        return at;
    }
}
