package io.headgate.core.topology;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A position in PostgreSQL's write-ahead log (log sequence number). Positions compare as long as they are of one timeline of one
 * cluster.
 *
 * @param value bytes since the beginning of the log, unsigned
 * @see <a href="https://www.postgresql.org/docs/current/datatype-pg-lsn.html">PostgreSQL, pg_lsn</a>
 */
public record Lsn(long value) implements Comparable<Lsn> {

    private static final Pattern TEXT = Pattern.compile("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}");

    /**
     * Reads a position as PostgreSQL writes it: {@code 16/B374D848}.
     *
     * @throws IllegalArgumentException if the text is no position
     */
    public static Lsn parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no position in the write-ahead log; it looks like 16/B374D848");
        }
        int slash = text.indexOf('/');
        long high = Long.parseLong(text.substring(0, slash), 16);
        return new Lsn(high << Integer.SIZE | Long.parseLong(text.substring(slash + 1), 16));
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** The position as PostgreSQL reads it. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%X/%X", value >>> Integer.SIZE, (int) value);
    }
}
