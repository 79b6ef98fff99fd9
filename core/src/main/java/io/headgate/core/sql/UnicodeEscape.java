package io.headgate.core.sql;

/**
 * Escapes of code points in names: {@code U&"d\0061t"}, or {@code U&"d!0061t" UESCAPE '!'} with another escape character.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS">PostgreSQL,
 *     Identifiers and Key Words</a>
 */
final class UnicodeEscape {
    /** Means: not an escape character that PostgreSQL accepts, or a literal too unusual to be read. */
    static final char NONE = '\0';

    private UnicodeEscape() {}

    /** The only character of the literal after {@code UESCAPE}, or {@link #NONE}. */
    static char character(String text, int start, int end, TokenType literal) {
        String value = literal == TokenType.DOLLAR_STRING ? inDollars(text, start, end) : inQuotes(text, start);
        return value.length() == 1 && isAllowed(value.charAt(0)) ? value.charAt(0) : NONE;
    }

    private static String inDollars(String text, int start, int end) {
        int tag = QuotedText.endOfDollarTag(text, start) - start;
        return text.substring(start + tag, Math.max(start + tag, end - tag));
    }

    private static String inQuotes(String text, int start) {
        int quote = text.indexOf('\'', start);
        char prefix = quote > start ? text.charAt(start) : 'N';
        boolean isPlain = quote <= start + 1 && "nNeE".indexOf(prefix) >= 0;
        if (!isPlain) {
            // a bit string or a U& string: PostgreSQL accepts neither
            return "";
        }
        boolean backslashes = prefix == 'e' || prefix == 'E';
        StringBuilder value = new StringBuilder();
        while (quote >= 0) {
            int close = QuotedText.endOfSegment(text, quote, '\'', backslashes);
            if (close < 0) {
                return "";
            }
            value.append(text, quote + 1, close - 1);
            quote = QuotedText.continuation(text, close);
        }
        return backslashes ? unescape(value.toString()) : value.toString();
    }

    /** The character that an escape string with one character means. */
    private static String unescape(String content) {
        if (content.length() < 2 || content.charAt(0) != '\\') {
            return content;
        }
        char kind = content.charAt(1);
        int digits = kind == 'x' || kind == 'u' || kind == 'U' ? 2 : 1;
        int radix = digits == 2 ? 16 : 8;
        try {
            int codePoint = Integer.parseInt(content, digits, content.length(), radix);
            return codePoint > 0 && codePoint < 0x80 ? String.valueOf((char) codePoint) : "";
        } catch (NumberFormatException noNumber) {
            // a backslash before another character means that character
            return content.substring(1);
        }
    }

    /** The character must be ASCII, because PostgreSQL requires a single byte. */
    private static boolean isAllowed(char c) {
        return c > 0 && c < 0x80 && Character.digit(c, 16) < 0 && "+'\"".indexOf(c) < 0 && !Characters.isSpace(c);
    }

    /**
     * Decodes {@code \0061} and {@code \+000061}; two of them may be a surrogate pair. Malformed escapes stay unchanged.
     *
     * @param escape the escape character; the backslash by default
     */
    static String decode(String content, char escape) {
        if (escape == NONE || content.indexOf(escape) < 0) {
            return content;
        }
        StringBuilder decoded = new StringBuilder(content.length());
        int i = 0;
        while (i < content.length()) {
            char c = content.charAt(i);
            if (c != escape) {
                decoded.append(c);
                i++;
            } else if (i + 1 < content.length() && content.charAt(i + 1) == escape) {
                decoded.append(escape);
                i += 2;
            } else {
                i = decodeOne(content, i, decoded);
            }
        }
        return decoded.toString();
    }

    private static int decodeOne(String content, int at, StringBuilder decoded) {
        boolean longForm = at + 1 < content.length() && content.charAt(at + 1) == '+';
        int digits = at + (longForm ? 2 : 1);
        int end = digits + (longForm ? 6 : 4);
        int codePoint = end <= content.length() ? hex(content, digits, end) : -1;
        if (codePoint < 0 || !Character.isValidCodePoint(codePoint)) {
            decoded.append(content.charAt(at));
            return at + 1;
        }
        decoded.appendCodePoint(codePoint);
        return end;
    }

    private static int hex(String content, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = content.charAt(i);
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
        }
        return value;
    }
}
