package io.headgate.driver.vertx;

import io.headgate.core.driver.text.DateTimeText;
import io.headgate.core.driver.text.TextDecoder;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Locale;

/**
 * Texts that were bound where the statement takes another type: read here as PostgreSQL would read them, because Vert.x sends
 * the value and not the text. Any exception says that the text does not fit; Vert.x turns it into an error that names the
 * parameter.
 */
final class TextParameter {

    private TextParameter() {}

    /** The words of PostgreSQL's boolean, in full and by their first letter. */
    static Boolean yesOrNo(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "t", "yes", "y", "on", "1" -> true;
            case "false", "f", "no", "n", "off", "0" -> false;
            default -> throw new IllegalArgumentException("no boolean");
        };
    }

    static LocalDate date(String text) {
        return DateTimeText.date(text);
    }

    static OffsetTime offsetTime(String text) {
        return DateTimeText.offsetTime(withOffset(text));
    }

    static LocalDateTime dateTime(String text) {
        return DateTimeText.dateTime(text.replace('T', ' '));
    }

    /** As PostgreSQL writes it or as ISO 8601 has it. Without an offset it would depend on the session's time zone. */
    static OffsetDateTime offsetDateTime(String text) {
        return DateTimeText.offsetDateTime(withOffset(text.replace('T', ' ')));
    }

    private static String withOffset(String text) {
        return text.endsWith("Z") ? text.substring(0, text.length() - 1) + "+00" : text;
    }

    /** The array of a literal such as {@code {1,2}}. */
    static <T> T[] array(String text, int arrayTypeId, T[] type) {
        @SuppressWarnings("unchecked")
        T[] array = (T[]) type.getClass().cast(TextDecoder.decode(arrayTypeId, text.strip()));
        return array;
    }
}
