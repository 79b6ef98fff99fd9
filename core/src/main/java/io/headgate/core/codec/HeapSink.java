package io.headgate.core.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A sink with a byte array that grows as needed. Not thread-safe. */
final class HeapSink implements ByteSink {

    private byte[] bytes = new byte[64];
    private int length;

    /** A copy of the bytes written. */
    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    @Override
    public void writeByte(int value) {
        int at = grow(1);
        bytes[at] = (byte) value;
    }

    @Override
    public void writeShort(int value) {
        int at = grow(Short.BYTES);
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
    }

    @Override
    public void writeInt(int value) {
        int at = grow(Integer.BYTES);
        BigEndian.setInt(bytes, at, value);
    }

    @Override
    public void writeLong(long value) {
        writeInt((int) (value >> 32));
        writeInt((int) value);
    }

    @Override
    public void writeBytes(byte[] source, int offset, int count) {
        int at = grow(count);
        System.arraycopy(source, offset, bytes, at, count);
    }

    @Override
    public void writeUtf8(CharSequence text) {
        byte[] encoded = text.toString().getBytes(StandardCharsets.UTF_8);
        writeBytes(encoded, 0, encoded.length);
    }

    @Override
    public int position() {
        return length;
    }

    @Override
    public void setInt(int position, int value) {
        BigEndian.setInt(bytes, position, value);
    }

    /** Reserves bytes and returns their start. It may replace the array. */
    private int grow(int count) {
        int at = length;
        int needed = Math.addExact(at, count);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * bytes.length)));
        }
        length = needed;
        return at;
    }
}
