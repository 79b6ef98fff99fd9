package io.headgate.core.type;

import io.headgate.core.error.ParameterException;
import java.util.Objects;

/**
 * A value in PostgreSQL's text format with a declared type. The type is used when the server cannot infer the parameter's type, as in
 * {@code $1 <@ area}. If the server infers a type, it parses the text as that type. Use it for types without a Java class here, such as
 * {@code point}.
 *
 * @param typeId the type's id in {@code pg_type}; not 0
 * @param text the value as PostgreSQL reads it
 */
public record TypedText(int typeId, String text) {

    /** @throws ParameterException if the id is 0, which means no type */
    public TypedText {
        if (typeId == 0) {
            throw new ParameterException("a text of type 0, which is not a type; pass the type's id in pg_type");
        }
        Objects.requireNonNull(text, "text");
    }

    @Override
    public String toString() {
        return text;
    }
}
