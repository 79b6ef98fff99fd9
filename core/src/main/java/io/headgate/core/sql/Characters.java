package io.headgate.core.sql;

/**
 * PostgreSQL's character classes, and the ends of simple tokens.
 *
 * <p>Every character outside ASCII is a letter, including the no-break space, because PostgreSQL's scanner works on bytes.
 */
final class Characters {
    private Characters() {}

    static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isIdentifierStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    }

    static boolean isIdentifierPart(char c) {
        return isIdentifierStart(c) || isDigit(c) || c == '$';
    }

    /** Whether a comment begins at {@code i}. */
    static boolean beginsComment(String text, int i) {
        if (i + 1 >= text.length()) {
            return false;
        }
        char c = text.charAt(i);
        char next = text.charAt(i + 1);
        return (c == '-' && next == '-') || (c == '/' && next == '*');
    }

    static int skipSpace(String text, int from) {
        int i = from;
        while (i < text.length() && isSpace(text.charAt(i))) {
            i++;
        }
        return i;
    }

    /** The index of the line's end at or after {@code from}. The newline itself is not part of a comment. */
    static int endOfLine(String text, int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) != '\n' && text.charAt(i) != '\r') {
            i++;
        }
        return i;
    }

    /** The end of the number that begins at {@code from} with a digit, or with a dot and a digit. */
    static int endOfNumber(String text, int from) {
        if (text.charAt(from) == '0' && from + 1 < text.length()) {
            int radix =
                    switch (text.charAt(from + 1)) {
                        case 'x', 'X' -> 16;
                        case 'o', 'O' -> 8;
                        case 'b', 'B' -> 2;
                        default -> 10;
                    };
            if (radix != 10) {
                int end = endOfDigits(text, from + 2, radix, true);
                if (end > from + 2) {
                    return end;
                }
            }
        }
        int i = endOfDigits(text, from, 10, false);
        // "1..2" is 1, two dots and 2: the loop bounds of PL/pgSQL.
        if (i < text.length() && text.charAt(i) == '.' && !(i + 1 < text.length() && text.charAt(i + 1) == '.')) {
            i = endOfDigits(text, i + 1, 10, false);
        }
        return endOfExponent(text, i);
    }

    private static int endOfExponent(String text, int at) {
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            int digits = at + 1;
            if (digits < text.length() && (text.charAt(digits) == '+' || text.charAt(digits) == '-')) {
                digits++;
            }
            int end = endOfDigits(text, digits, 10, false);
            if (end > digits) {
                return end;
            }
        }
        return at;
    }

    /** The end of digits with single underscores between them; {@code leading} also allows one before the first digit. */
    private static int endOfDigits(String text, int from, int radix, boolean leading) {
        int i = from;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '_' && (i > from || leading)) {
                if (i + 1 >= text.length() || !isDigit(text.charAt(i + 1), radix)) {
                    return i;
                }
                i += 2;
            } else if (isDigit(c, radix)) {
                i++;
            } else {
                return i;
            }
        }
        return i;
    }

    private static boolean isDigit(char c, int radix) {
        // Character.digit also accepts digits of other scripts, which are letters in PostgreSQL.
        return c < 0x80 && Character.digit(c, radix) >= 0;
    }
}
