package io.headgate.core.type;

import io.headgate.core.error.ParameterException;

/**
 * NULL, with the type that it is declared as where the server finds none for the parameter, or takes it for a text: {@code $1 IS NULL
 * OR id = $1}. Drivers that cannot declare it send NULL.
 *
 * @param typeId the type's id in {@code pg_type}; not 0
 */
public record TypedNull(int typeId) {

    /** @throws ParameterException if the id is 0, which stands for no type */
    public TypedNull {
        if (typeId == 0) {
            throw new ParameterException(
                    "a NULL of type 0, which is none; bind null, or give the type's id in pg_type");
        }
    }

    @Override
    public String toString() {
        return "NULL";
    }
}
