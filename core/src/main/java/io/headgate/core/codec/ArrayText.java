package io.headgate.core.codec;

import org.jspecify.annotations.Nullable;

/** Writes the elements of array literals like the server: with quotes only if they are needed. */
final class ArrayText {

    private ArrayText() {}

    /** An element, or NULL. */
    static void element(@Nullable String text, StringBuilder out) {
        if (text == null) {
            out.append("NULL");
        } else if (needsQuotes(text)) {
            quote(text, out);
        } else {
            out.append(text);
        }
    }

    /** Writes a text in quotes, with a backslash before each quote and backslash. Array literals and hstore use this form. */
    static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\');
            }
            out.append(c);
        }
        out.append('"');
    }

    private static boolean needsQuotes(String text) {
        if (text.isEmpty() || text.equalsIgnoreCase("NULL")) {
            return true;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' ? isBlank(c) : c == '"' || c == '\\' || c == '{' || c == '}' || c == ',') {
                return true;
            }
        }
        return false;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }
}
