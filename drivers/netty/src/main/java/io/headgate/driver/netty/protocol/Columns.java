package io.headgate.driver.netty.protocol;

import io.headgate.core.RowMetadata;
import io.headgate.core.codec.ValueDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The columns of a RowDescription: names, types and formats. Immutable. The bytes are kept for comparison. */
public final class Columns {

    /** The columns of a statement without rows. */
    public static final Columns NONE = new Columns(new byte[] {0, 0}, RowMetadata.of(List.of()), new boolean[0]);

    /** Bytes after a column's name: table 4, attribute 2, type 4, size 2, modifier 4, format 2. */
    private static final int TRAILER = 18;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] description;
    private final RowMetadata metadata;
    private final boolean[] binary;

    private Columns(byte[] description, RowMetadata metadata, boolean[] binary) {
        this.description = description;
        this.metadata = metadata;
        this.binary = binary;
    }

    /** Reads the body of a RowDescription. */
    public static Columns of(ByteBuf in, int index, int length) {
        int limit = index + length;
        if (length < 2) {
            throw new DecoderException("a description of columns of " + length + " bytes");
        }
        int count = in.getUnsignedShort(index);
        // a column takes at least its trailer and a NUL
        if ((long) count * (TRAILER + 1) > length - 2) {
            throw new DecoderException("a description of " + count + " columns in " + length + " bytes");
        }
        List<String> names = new ArrayList<>(count);
        int[] types = new int[count];
        int[] modifiers = new int[count];
        boolean[] binary = new boolean[count];
        int at = index + 2;
        for (int i = 0; i < count; i++) {
            int end = Backend.endOfText(in, at, limit);
            names.add(in.toString(at, end - at, StandardCharsets.UTF_8));
            at = end + 1;
            if (limit - at < TRAILER) {
                throw new DecoderException("a description of columns ends inside a column");
            }
            types[i] = in.getInt(at + 6);
            modifiers[i] = in.getInt(at + 12);
            binary[i] = in.getShort(at + 16) == 1;
            at += TRAILER;
        }
        byte[] copy = new byte[length];
        in.getBytes(index, copy);
        return new Columns(copy, RowMetadata.of(names, types, modifiers), binary);
    }

    /** Whether a RowDescription has the same bytes. */
    public boolean isDescribedBy(ByteBuf in, int index, int length) {
        if (description.length != length) {
            return false;
        }
        // differences are near the start or absent, and names take most bytes: compares eight bytes at a time
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            if (in.getLong(index + i) != longAt(description, i)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (in.getByte(index + i) != description[i]) {
                return false;
            }
        }
        return true;
    }

    private static long longAt(byte[] bytes, int i) {
        return (long) LONG.get(bytes, i);
    }

    /** Writes the formats to request for these columns: binary if the codec reads the type in binary. */
    public void writeFormats(ByteBuf out) {
        out.writeShort(binary.length);
        for (int i = 0; i < binary.length; i++) {
            out.writeShort(ValueDecoder.readsBinary(metadata.typeId(i)) ? 1 : 0);
        }
    }

    /** Whether the columns have the formats that will be requested. Without earlier formats all columns come as text. */
    public boolean cameAsAskedFor() {
        for (int i = 0; i < binary.length; i++) {
            if (binary[i] != ValueDecoder.readsBinary(metadata.typeId(i))) {
                return false;
            }
        }
        return true;
    }

    /** The number of columns. */
    public int size() {
        return binary.length;
    }

    /** The names and types. */
    public RowMetadata metadata() {
        return metadata;
    }

    /** Whether a column has the binary format. */
    public boolean isBinary(int index) {
        return binary[index];
    }

    @Override
    public String toString() {
        return metadata + Arrays.toString(binary);
    }
}
