package io.headgate.core.codec;

/** Boolean. */
final class BooleanWriter implements ValueWriter {

    static final BooleanWriter INSTANCE = new BooleanWriter();

    private BooleanWriter() {}

    @Override
    public Form form(Object value, int typeId) {
        return switch (BuiltInTypes.groupOf(typeId)) {
            case BOOLEAN -> Form.BINARY;
            case TEXT, JSON, OTHER -> Form.TEXT;
            default -> Form.REFUSED;
        };
    }

    @Override
    public void writeBinary(Object value, int typeId, ByteSink out) {
        out.writeByte((Boolean) value ? 1 : 0);
    }

    @Override
    public String text(Object value) {
        return value.toString();
    }

    @Override
    public int naturalType(Object value) {
        return TypeIds.BOOL;
    }

    @Override
    public String advice(Object value, int typeId) {
        return "bind a value of that type, such as 1 or 0 for a number";
    }
}
