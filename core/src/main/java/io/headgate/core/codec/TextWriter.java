package io.headgate.core.codec;

import io.headgate.core.error.ParameterException;
import io.headgate.core.type.Json;
import io.headgate.core.type.TypedText;
import java.net.InetAddress;

/**
 * Texts, and values that PostgreSQL accepts as text: enum constants, Json, network addresses, year-months, time zones, URIs. A text is
 * accepted for every type: the server parses it as that type and refuses malformed texts. It is not exact if the type may drop a part of
 * it. The other values fit text, types that the codec does not know, and their own type.
 */
final class TextWriter implements ValueWriter {

    static final TextWriter INSTANCE = new TextWriter();

    private TextWriter() {}

    @Override
    public Form form(Object value, int typeId) {
        if (value instanceof CharSequence text) {
            return WholeText.fits(text, typeId) ? Form.TEXT : Form.ROUNDED_TEXT;
        }
        if (value instanceof Character) {
            return form(value.toString(), typeId);
        }
        if (value instanceof TypedText) {
            return Form.TEXT;
        }
        return Form.textIf(
                switch (BuiltInTypes.groupOf(typeId)) {
                    case TEXT, OTHER -> true;
                    case JSON -> value instanceof Json;
                    case NETWORK -> value instanceof InetAddress;
                    default -> false;
                });
    }

    @Override
    public void writeBinary(Object value, int typeId, ByteSink out) {
        throw new IllegalStateException("texts are sent in the text format");
    }

    @Override
    public String text(Object value) {
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof InetAddress address) {
            String text = address.getHostAddress();
            int scope = text.indexOf('%');
            return scope < 0 ? text : text.substring(0, scope);
        }
        return value.toString();
    }

    @Override
    public int naturalType(Object value) {
        if (value instanceof TypedText typed) {
            return typed.typeId();
        }
        return value instanceof Json
                ? TypeIds.JSONB
                : value instanceof InetAddress ? BuiltInTypes.INET : BuiltInTypes.TEXT;
    }

    @Override
    public String advice(Object value, int typeId) {
        return "bind a value of that type, or a String for the server to read";
    }

    /** Checks that a text can be sent unchanged, and writes it. */
    static void write(String text, ByteSink out) {
        check(text);
        out.writeUtf8(text);
    }

    /** @throws ParameterException if PostgreSQL or UTF-8 cannot represent a character */
    static void check(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new ParameterException("a text has a NUL character at position " + i
                        + "; PostgreSQL text cannot hold one: remove it, or use bytea");
            }
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new ParameterException("a text has half a surrogate pair at position " + i
                            + ", which is not a character; it would arrive as a question mark");
                }
                i++;
            }
        }
    }
}
