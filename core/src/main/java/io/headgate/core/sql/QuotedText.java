package io.headgate.core.sql;

/** Finds the ends of tokens with an opening and a closing mark: literals, quoted names, block comments. */
final class QuotedText {
    /** The closing mark is missing. */
    static final int UNTERMINATED = -1;

    private QuotedText() {}

    /**
     * The end of a string literal, including the segments that continue it on the next lines.
     *
     * @param quote the index of the opening quote
     * @param backslashes whether a backslash escapes the character after it
     */
    static int endOfString(String text, int quote, boolean backslashes) {
        int end = endOfSegment(text, quote, '\'', backslashes);
        while (end >= 0) {
            int next = continuation(text, end);
            if (next < 0) {
                return end;
            }
            end = endOfSegment(text, next, '\'', backslashes);
        }
        return UNTERMINATED;
    }

    /** The end of one quoted segment, in which a doubled quote means one quote. */
    static int endOfSegment(String text, int open, char quote, boolean backslashes) {
        int i = open + 1;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == quote) {
                if (i + 1 < text.length() && text.charAt(i + 1) == quote) {
                    i += 2;
                    continue;
                }
                return i + 1;
            }
            i += backslashes && c == '\\' ? 2 : 1;
        }
        return UNTERMINATED;
    }

    /**
     * The opening quote of the segment that continues a literal, or a negative number. White space with at least one newline must
     * separate the segments; it may contain line comments.
     */
    static int continuation(String text, int from) {
        boolean newline = false;
        int i = from;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r') {
                newline = true;
                i++;
            } else if (Characters.isSpace(c)) {
                i++;
            } else if (c == '-' && Characters.beginsComment(text, i)) {
                i = Characters.endOfLine(text, i);
            } else {
                return c == '\'' && newline ? i : UNTERMINATED;
            }
        }
        return UNTERMINATED;
    }

    /** The end of {@code $tag$} or {@code $$}, or a negative number if the dollar does not open a dollar quote. */
    static int endOfDollarTag(String text, int dollar) {
        int i = dollar + 1;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '$') {
                return i + 1;
            }
            boolean inTag = Characters.isIdentifierStart(c) || (i > dollar + 1 && Characters.isDigit(c));
            if (!inTag) {
                return UNTERMINATED;
            }
            i++;
        }
        return UNTERMINATED;
    }

    /** The end of a dollar-quoted string whose opening tag spans {@code [open, tagEnd)}. */
    static int endOfDollarString(String text, int open, int tagEnd) {
        int tagLength = tagEnd - open;
        // Each attempt starts at a dollar and fails before the next one, so all attempts together take linear time.
        int candidate = text.indexOf('$', tagEnd);
        while (candidate >= 0) {
            if (text.regionMatches(candidate, text, open, tagLength)) {
                return candidate + tagLength;
            }
            candidate = text.indexOf('$', candidate + 1);
        }
        return UNTERMINATED;
    }

    /** The end of a block comment; comments nest. */
    static int endOfBlockComment(String text, int open) {
        int depth = 1;
        int i = open + 2;
        while (i + 1 < text.length()) {
            char c = text.charAt(i);
            char next = text.charAt(i + 1);
            if (c == '*' && next == '/') {
                depth--;
                i += 2;
                if (depth == 0) {
                    return i;
                }
            } else if (c == '/' && next == '*') {
                depth++;
                i += 2;
            } else {
                i++;
            }
        }
        return UNTERMINATED;
    }
}
