package io.headgate.core.codec;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses PostgreSQL's text form of a one-dimensional array, {@code {a,"b,c",NULL}}. Arrays whose element type has no binary
 * decoder arrive in this form. The bounds in {@code [2:3]={a,b}} are ignored.
 *
 * @see <a href="https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO">PostgreSQL, Array Input and Output Syntax</a>
 */
final class ArrayLiteral {

    private final String text;
    private int position = 1;

    private ArrayLiteral(String text) {
        this.text = text;
    }

    /** The elements, with null for NULL; returns null if the text is not a one-dimensional array literal. */
    static @Nullable List<@Nullable String> parse(String text) {
        int brace = text.startsWith("[") ? text.indexOf("]={") + 2 : 0;
        String literal = brace > 2 ? text.substring(brace) : text;
        if (literal.length() < 2 || literal.charAt(0) != '{' || literal.charAt(literal.length() - 1) != '}') {
            return null;
        }
        return new ArrayLiteral(literal).elements();
    }

    private @Nullable List<@Nullable String> elements() {
        List<@Nullable String> elements = new ArrayList<>();
        int end = text.length() - 1;
        if (position == end) {
            return elements;
        }
        while (true) {
            char c = text.charAt(position);
            if (c == '{') {
                return null;
            }
            if (c == '"') {
                String quoted = quoted();
                if (quoted == null) {
                    return null;
                }
                elements.add(quoted);
            } else {
                int start = position;
                while (position < end && text.charAt(position) != ',') {
                    position++;
                }
                String plain = text.substring(start, position);
                elements.add(plain.equalsIgnoreCase("NULL") ? null : plain);
            }
            if (position == end) {
                return elements;
            }
            if (position > end || text.charAt(position++) != ',' || position >= end) {
                return null;
            }
        }
    }

    private @Nullable String quoted() {
        StringBuilder out = new StringBuilder();
        position++;
        while (position < text.length() - 1) {
            char c = text.charAt(position++);
            if (c == '"') {
                return out.toString();
            }
            out.append(c == '\\' ? text.charAt(position++) : c);
        }
        return null;
    }
}
