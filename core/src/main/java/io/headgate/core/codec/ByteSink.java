package io.headgate.core.codec;

/** Where an encoder writes the bytes of values: a driver's buffer. Numbers are written with the highest byte first. */
public interface ByteSink {

    /** Writes the lowest 8 bits. */
    void writeByte(int value);

    /** Writes the lowest 16 bits. */
    void writeShort(int value);

    /** Writes 32 bits. */
    void writeInt(int value);

    /** Writes 64 bits. */
    void writeLong(long value);

    /** Writes a part of an array. */
    void writeBytes(byte[] bytes, int offset, int length);

    /** Writes a text as UTF-8. The encoder never gives one with half a surrogate pair. */
    void writeUtf8(CharSequence text);

    /** Where the next byte goes; {@link #setInt} takes it. */
    int position();

    /** Replaces the 32 bits that were written at a position. */
    void setInt(int position, int value);
}
