package io.headgate.core.codec;

import java.util.UUID;

/** UUID. */
final class UuidWriter implements ValueWriter {

    static final UuidWriter INSTANCE = new UuidWriter();

    private UuidWriter() {}

    @Override
    public Form form(Object value, int typeId) {
        return switch (BuiltInTypes.groupOf(typeId)) {
            case UUID -> Form.BINARY;
            case TEXT, OTHER -> Form.TEXT;
            default -> Form.REFUSED;
        };
    }

    @Override
    public void writeBinary(Object value, int typeId, ByteSink out) {
        UUID uuid = (UUID) value;
        out.writeLong(uuid.getMostSignificantBits());
        out.writeLong(uuid.getLeastSignificantBits());
    }

    @Override
    public String text(Object value) {
        return value.toString();
    }

    @Override
    public int naturalType(Object value) {
        return TypeIds.UUID;
    }

    @Override
    public String advice(Object value, int typeId) {
        return "bind a value of that type, or uuid.toString()";
    }
}
