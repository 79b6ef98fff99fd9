package io.headgate.client;

import io.headgate.core.Consistency;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The value of an option: a text when it comes from a URL, possibly its own type when it comes from code. */
record OptionValue(String name, Object value) {

    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,15})\\s*(ms|s|m|min|h)");

    String text() {
        return value.toString();
    }

    int wholeNumber() {
        if (value instanceof Integer number) {
            return number;
        }
        try {
            return new BigDecimal(text().strip()).intValueExact();
        } catch (NumberFormatException | ArithmeticException malformed) {
            throw wrong("a whole number");
        }
    }

    double number() {
        try {
            return new BigDecimal(text().strip()).doubleValue();
        } catch (NumberFormatException malformed) {
            throw wrong("a number");
        }
    }

    boolean yesOrNo() {
        return switch (text().strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong("true or false");
        };
    }

    Duration duration() {
        if (value instanceof Duration duration) {
            return duration;
        }
        String text = text().strip();
        Matcher amount = AMOUNT.matcher(text.toLowerCase(Locale.ROOT));
        if (amount.matches()) {
            return unit(amount.group(2)).multipliedBy(Long.parseLong(amount.group(1)));
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeException malformed) {
            throw wrong("a time such as 500ms, 5s, 10m, 1h or PT5S");
        }
    }

    private static Duration unit(String name) {
        return switch (name) {
            case "ms" -> Duration.ofMillis(1);
            case "s" -> Duration.ofSeconds(1);
            case "h" -> Duration.ofHours(1);
            default -> Duration.ofMinutes(1);
        };
    }

    <E extends Enum<E>> E oneOf(Class<E> type) {
        String wanted = text().strip().replace('-', '_');
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(wanted)) {
                return constant;
            }
        }
        StringBuilder known = new StringBuilder();
        for (E constant : type.getEnumConstants()) {
            known.append(known.isEmpty() ? "" : ", ")
                    .append(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        throw wrong("one of " + known);
    }

    /** A level by its name, or the bound of staleness. */
    Consistency consistency() {
        if (value instanceof Consistency consistency) {
            return consistency;
        }
        return switch (text().strip().toLowerCase(Locale.ROOT)) {
            case "eventual" -> Consistency.eventual();
            case "read-your-writes" -> Consistency.readYourWrites();
            case "strong" -> Consistency.strong();
            default -> boundedStaleness();
        };
    }

    private Consistency boundedStaleness() {
        try {
            return Consistency.boundedStaleness(duration());
        } catch (IllegalArgumentException malformed) {
            throw wrong("eventual, read-your-writes, strong, or how old a state may be, such as 5s");
        }
    }

    /** Names separated by commas. */
    String[] names() {
        return Stream.of(text().split(","))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .distinct()
                .toArray(String[]::new);
    }

    /** A value that only code can give. */
    <T> T instanceOf(Class<T> type) {
        if (type.isInstance(value)) {
            return type.cast(value);
        }
        throw wrong("an instance of " + type.getSimpleName() + ", given in code");
    }

    IllegalArgumentException wrong(String expected) {
        // an @ suggests a password that is not percent-encoded
        String shown = text().indexOf('@') < 0
                ? " is \"" + text() + "\""
                : " is malformed: percent-encode special characters in user and password";
        return new IllegalArgumentException("the option " + name + shown + "; it has to be " + expected);
    }
}
