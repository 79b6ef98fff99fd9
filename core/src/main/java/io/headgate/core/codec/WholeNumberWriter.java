package io.headgate.core.codec;

/** Byte, Short, Integer and Long. */
final class WholeNumberWriter implements ValueWriter {

    static final WholeNumberWriter INSTANCE = new WholeNumberWriter();

    static final long MAX_OID = 0xFFFF_FFFFL;

    private WholeNumberWriter() {}

    @Override
    public Form form(Object value, int typeId) {
        long number = ((Number) value).longValue();
        return switch (typeId) {
            case TypeIds.INT8, TypeIds.NUMERIC -> Form.BINARY;
            case TypeIds.INT4 -> Form.binaryIf((int) number == number);
            case TypeIds.INT2 -> Form.binaryIf((short) number == number);
            // exclude 2^63: the cast back to long would turn it into 2^63 - 1 and hide that the number was rounded
            case TypeIds.FLOAT8 -> Form.binaryIf((double) number != 0x1p63 && (long) (double) number == number);
            case TypeIds.FLOAT4 -> Form.binaryIf((float) number != 0x1p63f && (long) (float) number == number);
            default ->
                switch (BuiltInTypes.groupOf(typeId)) {
                    case OID -> Form.binaryIf(number >= 0 && number <= MAX_OID);
                    case MONEY, TEXT, JSON, OTHER -> Form.TEXT;
                    default -> Form.REFUSED;
                };
        };
    }

    @Override
    public void writeBinary(Object value, int typeId, ByteSink out) {
        write(((Number) value).longValue(), typeId, out);
    }

    static void write(long number, int typeId, ByteSink out) {
        switch (typeId) {
            case TypeIds.INT8 -> out.writeLong(number);
            case TypeIds.INT2 -> out.writeShort((int) number);
            case TypeIds.FLOAT8 -> out.writeLong(Double.doubleToLongBits((double) number));
            case TypeIds.FLOAT4 -> out.writeInt(Float.floatToIntBits((float) number));
            case TypeIds.NUMERIC -> NumericBinary.encode(number, out);
            default -> out.writeInt((int) number);
        }
    }

    @Override
    public String text(Object value) {
        return value.toString();
    }

    @Override
    public int naturalType(Object value) {
        return value instanceof Integer ? TypeIds.INT4 : value instanceof Long ? TypeIds.INT8 : TypeIds.INT2;
    }

    @Override
    public String advice(Object value, int typeId) {
        return switch (BuiltInTypes.groupOf(typeId)) {
            case NUMBER, OID -> "the number is out of its range or has more digits than it holds; use a wider type";
            default -> "bind a value of that type, or its text";
        };
    }
}
