package io.headgate.driver.netty.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages in any order can be read back, with only their types and lengths. */
class FrontendPropertyTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 200_000 : 5_000;
    private static final List<String> TEXTS = List.of("", "a", "SELECT $1", "größe", "世界🎺", "x".repeat(300));

    private final Random random = new Random(SEED);

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Writes one message; returns what a reader must find. */
    private String write(ByteBuf out) {
        String one = text();
        String other = text();
        int number = random.nextInt();
        switch (random.nextInt(11)) {
            case 0 -> {
                int[] types = random.ints(random.nextInt(5)).toArray();
                Frontend.parse(out, bytes(one), bytes(other), types);
                return "P" + one + "|" + other + "|" + Arrays.toString(types);
            }
            case 1 -> {
                int start = Frontend.beginBind(out, bytes(one), bytes(other), 0);
                out.writeInt(0);
                Frontend.end(out, start);
                return "B" + one + "|" + other + "|0,0,0";
            }
            case 2 -> {
                Frontend.execute(out, bytes(one), number);
                return "E" + one + "|" + number;
            }
            case 3 -> {
                Frontend.describePortal(out, bytes(one));
                return "DP" + one;
            }
            case 4 -> {
                Frontend.describeStatement(out, bytes(one));
                return "DS" + one;
            }
            case 5 -> {
                Frontend.closeStatement(out, bytes(one));
                return "CS" + one;
            }
            case 6 -> {
                Frontend.closePortal(out, bytes(one));
                return "CP" + one;
            }
            case 7 -> {
                Frontend.query(out, one);
                return "Q" + one;
            }
            case 8 -> {
                Frontend.copyFail(out, one);
                return "f" + one;
            }
            case 9 -> {
                Frontend.saslInitial(out, one, other);
                return "p" + one + "|" + bytes(other).length + "|" + other;
            }
            default -> {
                Frontend.sync(out);
                return "S";
            }
        }
    }

    private static String text(ByteBuf in) {
        int length = in.bytesBefore((byte) 0);
        String text = in.readCharSequence(length, StandardCharsets.UTF_8).toString();
        in.skipBytes(1);
        return text;
    }

    private static String read(ByteBuf in) {
        char type = (char) in.readByte();
        ByteBuf body = in.readSlice(in.readInt() - 4);
        String read =
                switch (type) {
                    case 'P' -> {
                        String start = text(body) + "|" + text(body) + "|";
                        int[] types = new int[body.readShort()];
                        Arrays.setAll(types, i -> body.readInt());
                        yield start + Arrays.toString(types);
                    }
                    case 'B' ->
                        text(body) + "|" + text(body) + "|" + body.readShort() + "," + body.readShort() + ","
                                + body.readShort();
                    case 'E' -> text(body) + "|" + body.readInt();
                    case 'D', 'C' -> (char) body.readByte() + text(body);
                    case 'Q', 'f' -> text(body);
                    case 'p' -> {
                        String mechanism = text(body);
                        int length = body.readInt();
                        yield mechanism + "|" + length + "|" + body.readCharSequence(length, StandardCharsets.UTF_8);
                    }
                    default -> "";
                };
        assertThat(body.isReadable()).as("bytes too many in " + type).isFalse();
        return type + read;
    }

    @Test
    void messagesAreReadAsTheyWereWritten() {
        for (int round = 0; round < ROUNDS; round++) {
            ByteBuf out = Unpooled.buffer();
            List<String> written = new ArrayList<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                written.add(write(out));
            }
            List<String> read = new ArrayList<>();
            while (out.isReadable()) {
                read.add(read(out));
            }
            assertThat(read).as("seed %d, round %d", SEED, round).isEqualTo(written);
        }
    }

    @Test
    void messagesWithoutATypeSayTheirLength() {
        for (int round = 0; round < ROUNDS; round++) {
            ByteBuf out = Unpooled.buffer();
            List<String> parameters = List.of("user", text(), "größe", text());
            Frontend.startup(out, 3 << 16 | 2, parameters);
            int length = out.readableBytes();
            assertThat(out.readInt()).isEqualTo(length);
            assertThat(out.readInt()).isEqualTo(3 << 16 | 2);
            for (String each : parameters) {
                assertThat(text(out)).isEqualTo(each);
            }
            assertThat(out.readByte()).isZero();
            byte[] key = new byte[4 + random.nextInt(253)];
            random.nextBytes(key);
            Frontend.cancelRequest(out, round, key);
            assertThat(out.readInt()).isEqualTo(12 + key.length);
            assertThat(out.skipBytes(4).readInt()).isEqualTo(round);
            assertThat(out.readableBytes()).isEqualTo(key.length);
        }
    }
}
