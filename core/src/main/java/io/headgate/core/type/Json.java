package io.headgate.core.type;

import java.util.Objects;

/**
 * A {@code json} or {@code jsonb} value as its text, exactly as PostgreSQL gave it: no number loses digits and no key its
 * place. Mapping it to objects is left to the JSON library of the service.
 *
 * @param text JSON text; PostgreSQL checks it when it is stored
 */
public record Json(String text) {

    public Json {
        Objects.requireNonNull(text, "text");
    }

    /** A value of this JSON text. */
    public static Json of(String text) {
        return new Json(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
