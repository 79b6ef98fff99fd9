package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.codec.TypeIds;
import io.headgate.core.codec.ValueDecoder;
import io.headgate.core.codec.ValueEncoder;
import io.headgate.core.error.RowMappingException;
import io.headgate.driver.netty.protocol.Columns;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rows are read as they were written, and bytes that are no row of their columns are not taken for one. */
class NettyRowPropertyTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 1_000_000 : 20_000;
    private static final int TEXT = ValueEncoder.naturalType("");
    /** An id that the codec does not know. */
    private static final int ENUMERATION = 16_400;

    private static final List<Integer> TYPES = List.of(
            TypeIds.INT4,
            TypeIds.INT8,
            TypeIds.BOOL,
            TypeIds.BYTEA,
            TypeIds.NUMERIC,
            TypeIds.TIMESTAMPTZ,
            TypeIds.INT4_ARRAY,
            TEXT,
            ENUMERATION);

    private final Random random = new Random(SEED);

    /** As a RowDescription has them. */
    private static Columns columns(List<Integer> types, boolean binary) {
        ByteBuf out = Unpooled.buffer().writeShort(types.size());
        for (int i = 0; i < types.size(); i++) {
            out.writeBytes(("c" + i + "\0").getBytes(StandardCharsets.US_ASCII));
            out.writeInt(0).writeShort(0).writeInt(types.get(i));
            out.writeShort(-1).writeInt(-1).writeShort(binary ? 1 : 0);
        }
        return Columns.of(out, 0, out.readableBytes());
    }

    private List<Integer> types() {
        List<Integer> types = new ArrayList<>();
        for (int count = random.nextInt(6); count > 0; count--) {
            types.add(TYPES.get(random.nextInt(TYPES.size())));
        }
        return types;
    }

    private byte[] bytes(int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        for (int i = 0; i < bytes.length; i++) {
            // small numbers are lengths that may just fit
            bytes[i] = random.nextInt(3) == 0 ? bytes[i] : (byte) (random.nextInt(5) - 1);
        }
        return bytes;
    }

    /** The body of a DataRow; null for NULL. */
    private static byte[] row(List<byte @Nullable []> values) {
        ByteBuf out = Unpooled.buffer().writeShort(values.size());
        for (byte[] value : values) {
            out.writeInt(value == null ? -1 : value.length);
            out.writeBytes(value == null ? new byte[0] : value);
        }
        return Arrays.copyOf(out.array(), out.readableBytes());
    }

    /** The values as the protocol has them, or null where the bytes are no row of so many. */
    private static @Nullable List<byte @Nullable []> model(byte[] row, int columns) {
        try {
            ByteBuffer in = ByteBuffer.wrap(row);
            in.getShort();
            List<byte @Nullable []> values = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                int length = in.getInt();
                byte[] value = length < 0 ? null : new byte[Math.min(length, row.length)];
                if (value != null) {
                    in.get(value);
                }
                values.add(value);
            }
            return in.hasRemaining() ? null : values;
        } catch (BufferUnderflowException cutOff) {
            return null;
        }
    }

    private static void assertReads(NettyRow row, List<Integer> types, List<byte @Nullable []> values, boolean binary) {
        for (int i = 0; i < values.size(); i++) {
            byte[] sent = values.get(i);
            int type = types.get(i);
            for (boolean asText : new boolean[] {false, true}) {
                Object expected;
                try {
                    expected = sent == null
                            ? null
                            : asText
                                    ? ValueDecoder.text(type, binary, sent, 0, sent.length)
                                    : ValueDecoder.decode(type, binary, sent, 0, sent.length);
                } catch (RowMappingException unreadable) {
                    int index = i;
                    assertThatThrownBy(() -> read(row, index, asText)).isInstanceOf(RowMappingException.class);
                    continue;
                }
                assertThat(read(row, i, asText)).isEqualTo(expected);
            }
        }
    }

    private static @Nullable Object read(NettyRow row, int index, boolean asText) {
        return asText ? row.get(index, String.class) : row.value(index);
    }

    @Test
    void rowsAreReadAsTheyWereWritten() {
        for (int round = 0; round < ROUNDS; round++) {
            List<Integer> types = types();
            boolean binary = random.nextBoolean();
            List<byte @Nullable []> values = new ArrayList<>();
            types.forEach(type -> values.add(random.nextInt(4) == 0 ? null : bytes(12)));
            byte[] bytes = row(values);
            assertThat(NettyRow.isWellFormed(bytes, types.size())).isTrue();
            NettyRow row = new NettyRow(bytes, columns(types, binary));
            assertReads(row, types, values, binary);
            int beyond = random.nextBoolean() ? types.size() : -1 - random.nextInt(3);
            assertThatThrownBy(() -> row.value(beyond)).isInstanceOf(RowMappingException.class);
        }
    }

    /** Cut off, with bytes changed, with more or fewer columns than were described: never read past the end or half. */
    @Test
    void anyOtherBytesAreARowOfTheseColumnsOrUnsound() {
        int sound = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<Integer> types = types();
            List<byte @Nullable []> values = new ArrayList<>();
            int sent = Math.max(0, types.size() + (random.nextInt(4) == 0 ? random.nextInt(5) - 2 : 0));
            while (values.size() < sent) {
                values.add(random.nextInt(4) == 0 ? null : bytes(6));
            }
            byte[] bytes =
                    switch (random.nextInt(4)) {
                        case 0 -> bytes(40);
                        case 1 -> Arrays.copyOf(row(values), random.nextInt(row(values).length + 4));
                        default -> row(values);
                    };
            for (int changes = random.nextInt(3); changes > 0 && bytes.length > 0; changes--) {
                bytes[random.nextInt(bytes.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt(8) - 2 : random.nextInt());
            }
            if (bytes.length >= 4 && random.nextInt(20) == 0) {
                // a position behind it is no int
                ByteBuffer.wrap(bytes).putInt(random.nextInt(bytes.length - 3), Integer.MAX_VALUE);
            }
            List<byte @Nullable []> expected = model(bytes, types.size());
            assertThat(NettyRow.isWellFormed(bytes, types.size()))
                    .as("seed %d, round %d: %s as %s", SEED, round, Arrays.toString(bytes), types)
                    .isEqualTo(expected != null);
            if (expected != null) {
                boolean binary = random.nextBoolean();
                assertReads(new NettyRow(bytes, columns(types, binary)), types, expected, binary);
                sound++;
            }
        }
        assertThat(sound).isBetween(ROUNDS / 20, ROUNDS * 19 / 20);
    }
}
