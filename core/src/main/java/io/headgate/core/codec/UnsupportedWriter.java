package io.headgate.core.codec;

import io.headgate.core.error.ParameterException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Refuses values that have no PostgreSQL type. */
final class UnsupportedWriter implements ValueWriter {

    static final UnsupportedWriter INSTANCE = new UnsupportedWriter();

    private UnsupportedWriter() {}

    @Override
    public Form form(Object value, int typeId) {
        return Form.REFUSED;
    }

    @Override
    public void writeBinary(Object value, int typeId, ByteSink out) {
        throw new IllegalStateException("never sent");
    }

    @Override
    public String text(Object value) {
        throw new ParameterException("a " + value.getClass().getTypeName() + " has no PostgreSQL type: "
                + advice(value, TypeIds.UNSPECIFIED));
    }

    @Override
    public int naturalType(Object value) {
        return TypeIds.UNSPECIFIED;
    }

    @Override
    public String advice(Object value, int typeId) {
        if (value instanceof Optional
                || value instanceof OptionalInt
                || value instanceof OptionalLong
                || value instanceof OptionalDouble) {
            return "bind its value, or null (optional.orElse(null))";
        }
        if (value instanceof Number) {
            return "PostgreSQL has no such number type; bind it as BigDecimal, Long or Double";
        }
        return "it has no PostgreSQL type; bind a type that docs/types.md lists, or its text";
    }
}
