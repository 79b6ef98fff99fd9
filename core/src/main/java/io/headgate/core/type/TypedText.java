package io.headgate.core.type;

import io.headgate.core.error.ParameterException;
import java.util.Objects;

/**
 * A value as PostgreSQL's text, with the type that it is declared as where the server finds none for the parameter, as in {@code $1 <@
 * area}. Where it finds one, the text is read by that type's rules. It is for types that have no Java class here, such as
 * {@code point}.
 *
 * @param typeId the type's id in {@code pg_type}; not 0
 * @param text the value as PostgreSQL reads it
 */
public record TypedText(int typeId, String text) {

    /** @throws ParameterException if the id is 0, which stands for no type */
    public TypedText {
        if (typeId == 0) {
            throw new ParameterException("a text of type 0, which is none; give the type's id in pg_type");
        }
        Objects.requireNonNull(text, "text");
    }

    @Override
    public String toString() {
        return text;
    }
}
