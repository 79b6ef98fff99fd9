package io.headgate.core.sql;

/** Converts the spelling of an identifier to its name. */
final class Names {
    private Names() {}

    /** Folds ASCII letters to lower case. PostgreSQL does not change other letters in UTF-8 databases. */
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

    /** The content of {@code "..."}; {@code from} is after the opening quote. An unterminated name extends to {@code end}. */
    static String unquote(String text, int from, int end) {
        boolean closed = end > from && text.charAt(end - 1) == '"';
        int to = closed ? end - 1 : end;
        String content = text.substring(Math.min(from, to), to);
        return content.indexOf('"') < 0 ? content : content.replace("\"\"", "\"");
    }
}
