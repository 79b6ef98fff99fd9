package io.headgate.core.codec;

import org.jspecify.annotations.Nullable;

/** Writes the elements of array literals as the server does: quoted only where it is needed. */
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

    /** In quotes whatever it holds, with backslashes before quotes and backslashes; hstore has the same form. */
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
