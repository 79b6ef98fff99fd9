package io.headgate.core.codec;

import io.headgate.core.error.ParameterException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Maps, written as the text of an hstore. The type id of hstore differs between databases.
 *
 * @see <a href="https://www.postgresql.org/docs/current/hstore.html">PostgreSQL, hstore</a>
 */
final class HstoreWriter implements ValueWriter {

    static final HstoreWriter INSTANCE = new HstoreWriter();

    private HstoreWriter() {}

    @Override
    public Form form(Object value, int typeId) {
        return Form.textIf(BuiltInTypes.groupOf(typeId) == BuiltInTypes.Group.OTHER && holds((Map<?, ?>) value));
    }

    private static boolean holds(Map<?, ?> map) {
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!isText(entry.getKey()) || (entry.getValue() != null && !isText(entry.getValue()))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isText(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof CharSequence
                || value instanceof Enum
                || value instanceof Number
                || value instanceof Boolean;
    }

    @Override
    public void writeBinary(Object value, int typeId, ByteSink out) {
        throw new IllegalStateException("an hstore is sent in the text format");
    }

    @Override
    public String text(Object value) {
        StringBuilder out = new StringBuilder();
        Set<String> keys = new HashSet<>();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
            Object key = entry.getKey();
            if (key == null) {
                throw new ParameterException("a key of a map is null, which an hstore cannot have");
            }
            if (out.length() > 0) {
                out.append(',');
            }
            String name = ValueWriters.of(key).text(key);
            if (!keys.add(name)) {
                throw new ParameterException(
                        "two keys of a map have the same text, and an hstore would keep only one of them");
            }
            ArrayText.quote(name, out);
            out.append("=>");
            Object held = entry.getValue();
            if (held == null) {
                out.append("NULL");
            } else {
                ArrayText.quote(ValueWriters.of(held).text(held), out);
            }
        }
        return out.toString();
    }

    @Override
    public int naturalType(Object value) {
        return TypeIds.UNSPECIFIED;
    }

    @Override
    public String advice(Object value, int typeId) {
        return switch (BuiltInTypes.groupOf(typeId)) {
            case JSON -> "bind Json.of(text) with the text that your JSON library makes of it";
            case OTHER -> "an hstore has texts as keys and values, and no key that is null";
            default -> "a map is an hstore";
        };
    }
}
