package io.headgate.core.sql;

/** Turns the spelling of an identifier into the name it stands for. */
final class Names {
    private Names() {}

    /** Folds ASCII letters to lower case. PostgreSQL leaves all others alone in UTF-8 databases. */
    static String fold(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return foldFrom(text, from, to);
            }
        }
        return text.substring(from, to);
    }

    private static String foldFrom(String text, int from, int to) {
        char[] folded = new char[to - from];
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            folded[i - from] = c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
        }
        return new String(folded);
    }

    /** The content of {@code "..."}, from after the opening quote; an unterminated name reaches to {@code end}. */
    static String unquote(String text, int from, int end) {
        boolean closed = end > from && text.charAt(end - 1) == '"';
        int to = closed ? end - 1 : end;
        String content = text.substring(Math.min(from, to), to);
        return content.indexOf('"') < 0 ? content : content.replace("\"\"", "\"");
    }

    /** Decodes {@code \0061} and {@code \+000061}; what is malformed stays as it is. */
    static String decodeUnicode(String content) {
        if (content.indexOf('\\') < 0) {
            return content;
        }
        StringBuilder decoded = new StringBuilder(content.length());
        int i = 0;
        while (i < content.length()) {
            char c = content.charAt(i);
            if (c != '\\') {
                decoded.append(c);
                i++;
            } else if (i + 1 < content.length() && content.charAt(i + 1) == '\\') {
                decoded.append('\\');
                i += 2;
            } else {
                i = decodeEscape(content, i, decoded);
            }
        }
        return decoded.toString();
    }

    private static int decodeEscape(String content, int backslash, StringBuilder decoded) {
        boolean longForm = backslash + 1 < content.length() && content.charAt(backslash + 1) == '+';
        int digits = backslash + (longForm ? 2 : 1);
        int end = digits + (longForm ? 6 : 4);
        int codePoint = end <= content.length() ? hex(content, digits, end) : -1;
        if (codePoint < 0 || !Character.isValidCodePoint(codePoint)) {
            decoded.append('\\');
            return backslash + 1;
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
