package io.headgate.core.type;

import java.util.Objects;

/**
 * The text of a {@code json} or {@code jsonb} value, exactly as PostgreSQL sent it: numbers keep all digits and keys keep their
 * order. The service's JSON library maps it to objects.
 *
 * @param text JSON text; PostgreSQL checks it when it is stored
 */
public record Json(String text) {

    public Json {
        Objects.requireNonNull(text, "text");
    }

    /** A value with this JSON text. */
    public static Json of(String text) {
        return new Json(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
