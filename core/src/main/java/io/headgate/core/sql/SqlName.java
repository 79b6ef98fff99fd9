package io.headgate.core.sql;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The normalized name of a table or function in a statement: unquoted parts are folded to lower case as in PostgreSQL (only ASCII
 * letters), quoted parts are taken literally.
 *
 * <p>A database name before the schema is dropped, because PostgreSQL accepts only the connection's own database. Names are not cut to
 * PostgreSQL's 63 bytes.
 *
 * @param schema the schema, or null if the statement leaves it to {@code search_path}
 * @param name the table's or function's own name
 */
public record SqlName(@Nullable String schema, String name) {
    /** Checks that the name is not null. */
    public SqlName {
        Objects.requireNonNull(name, "name");
    }

    /** A name without a schema. */
    static SqlName unqualified(String name) {
        return new SqlName(null, name);
    }

    /** The name in SQL syntax, with quotes only where they are needed, such as {@code music."Track"}. */
    @Override
    public String toString() {
        return schema == null ? quoted(name) : quoted(schema) + '.' + quoted(name);
    }

    private static String quoted(String part) {
        boolean plain = !part.isEmpty();
        for (int i = 0; i < part.length() && plain; i++) {
            char c = part.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || c == '_' || c >= 0x80;
            plain = letter || (i > 0 && (Characters.isDigit(c) || c == '$'));
        }
        return plain ? part : '"' + part.replace("\"", "\"\"") + '"';
    }
}
