package io.headgate.core.codec;

/** The target to which the encoder writes bytes: a driver's buffer. Numbers are written with the highest byte first. */
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

    /** Writes a text as UTF-8. The encoder never passes a text with half a surrogate pair. */
    void writeUtf8(CharSequence text);

    /** The position of the next byte, for {@link #setInt}. */
    int position();

    /** Overwrites the 32 bits that were written at a position. */
    void setInt(int position, int value);
}
