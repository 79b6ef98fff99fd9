package io.headgate.core.type;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads an interval as PostgreSQL writes it under {@code intervalstyle} postgres (the default), postgres_verbose and
 * iso_8601. The style sql_standard is left out: it cannot tell which sign belongs to which part.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-INTERVAL-OUTPUT">PostgreSQL,
 *     Interval Output</a>
 */
final class IntervalText {

    private static final String NUMBER = "([+-]?\\d+(?:\\.\\d+)?)";
    private static final Pattern PART =
            Pattern.compile("\\G *(?:([+-]?)(\\d+):(\\d\\d):(\\d\\d(?:\\.\\d+)?)|" + NUMBER + " ([a-z]+))");
    private static final Pattern ISO_PART = Pattern.compile("\\G(T?)" + NUMBER + "([YMDHMS])");
    private static final BigDecimal MICROS_A_SECOND = BigDecimal.valueOf(1_000_000);

    private BigDecimal months = BigDecimal.ZERO;
    private BigDecimal days = BigDecimal.ZERO;
    private BigDecimal seconds = BigDecimal.ZERO;

    private IntervalText() {}

    /** The interval, or null when the text is none. */
    static @Nullable Interval parse(String text) {
        try {
            IntervalText parser = new IntervalText();
            boolean whole = text.startsWith("P") ? parser.iso(text) : parser.words(text);
            return whole ? parser.interval() : null;
        } catch (ArithmeticException | NumberFormatException outOfRange) {
            return null;
        }
    }

    private boolean words(String text) {
        boolean ago = text.endsWith(" ago");
        int end = ago ? text.length() - 4 : text.length();
        int start = text.startsWith("@ ") ? 2 : 0;
        if (text.startsWith("0", start) && start + 1 == end) {
            return true;
        }
        Matcher part = PART.matcher(text).region(start, end);
        int read = -1;
        while (part.find()) {
            read = part.end();
            if (part.group(6) == null) {
                addTime(part);
            } else if (!add(part.group(6), new BigDecimal(part.group(5)))) {
                return false;
            }
        }
        if (ago) {
            months = months.negate();
            days = days.negate();
            seconds = seconds.negate();
        }
        return read == end;
    }

    private void addTime(Matcher part) {
        BigDecimal time = new BigDecimal(part.group(4))
                .add(new BigDecimal(part.group(3)).multiply(BigDecimal.valueOf(60)))
                .add(new BigDecimal(part.group(2)).multiply(BigDecimal.valueOf(3600)));
        seconds = seconds.add("-".equals(part.group(1)) ? time.negate() : time);
    }

    private boolean iso(String text) {
        Matcher part = ISO_PART.matcher(text).region(1, text.length());
        int read = -1;
        boolean time = false;
        while (part.find()) {
            read = part.end();
            time |= !part.group(1).isEmpty();
            String unit = part.group(3);
            if (!add(time && unit.equals("M") ? "min" : unit, new BigDecimal(part.group(2)))) {
                return false;
            }
        }
        return read == text.length();
    }

    private boolean add(String unit, BigDecimal number) {
        switch (unit) {
            case "year", "years", "Y" -> months = months.add(number.multiply(BigDecimal.valueOf(12)));
            case "mon", "mons", "M" -> months = months.add(number);
            case "day", "days", "D" -> days = days.add(number);
            case "hour", "hours", "H" -> seconds = seconds.add(number.multiply(BigDecimal.valueOf(3600)));
            case "min", "mins" -> seconds = seconds.add(number.multiply(BigDecimal.valueOf(60)));
            case "sec", "secs", "S" -> seconds = seconds.add(number);
            default -> {
                return false;
            }
        }
        return true;
    }

    private Interval interval() {
        return new Interval(
                months.intValueExact(),
                days.intValueExact(),
                seconds.multiply(MICROS_A_SECOND).longValueExact());
    }
}
