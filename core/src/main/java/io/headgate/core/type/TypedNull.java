package io.headgate.core.type;

import io.headgate.core.error.ParameterException;

/**
 * NULL with a declared type. The type is used when the server cannot infer the parameter's type or infers text: {@code $1 IS NULL OR
 * id = $1}. Drivers that cannot declare types send a plain NULL.
 *
 * @param typeId the type's id in {@code pg_type}; not 0
 */
public record TypedNull(int typeId) {

    /** @throws ParameterException if the id is 0, which means no type */
    public TypedNull {
        if (typeId == 0) {
            throw new ParameterException(
                    "a NULL of type 0, which is not a type; bind null, or pass the type's id in pg_type");
        }
    }

    @Override
    public String toString() {
        return "NULL";
    }
}
