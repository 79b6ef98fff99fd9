package io.headgate.core.codec;

import java.nio.ByteBuffer;

/** Byte arrays and byte buffers. The position of a buffer does not change. */
final class BytesWriter implements ValueWriter {

    static final BytesWriter INSTANCE = new BytesWriter();

    private BytesWriter() {}

    @Override
    public Form form(Object value, int typeId) {
        return switch (BuiltInTypes.groupOf(typeId)) {
            case BYTES -> Form.BINARY;
            case OTHER -> Form.TEXT;
            default -> Form.REFUSED;
        };
    }

    @Override
    public void writeBinary(Object value, int typeId, ByteSink out) {
        if (value instanceof ByteBuffer buffer && buffer.hasArray()) {
            out.writeBytes(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
        } else {
            byte[] bytes = bytes(value);
            out.writeBytes(bytes, 0, bytes.length);
        }
    }

    private static byte[] bytes(Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @Override
    public String text(Object value) {
        return ByteaText.encode(bytes(value));
    }

    @Override
    public int naturalType(Object value) {
        return TypeIds.BYTEA;
    }

    @Override
    public String advice(Object value, int typeId) {
        return "bytes are a bytea; bind a value of that type, such as a String for text";
    }
}
