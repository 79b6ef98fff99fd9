package io.headgate.driver.netty.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.Notification;
import io.headgate.core.error.ServerError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Valid bodies are read as they were written. Any other bytes give a value or a DecoderException. */
class BackendPropertyTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 1_000_000 : 20_000;
    private static final List<String> TEXTS =
            List.of("", "a", "größe", "世界🎺", "0 5", "42", "ERROR", "\"q\"", "a\nb", "x".repeat(300));
    /** Bytes before and behind a body, which show reads beyond its ends. */
    private static final int MARGIN = 7;

    private final Random random = new Random(SEED);

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    private static ByteBuf begin() {
        return Unpooled.buffer().writeZero(MARGIN);
    }

    private static void write(ByteBuf out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8)).writeByte(0);
    }

    private static int length(ByteBuf body) {
        int length = body.writerIndex() - MARGIN;
        body.writeBytes("MARGIN\0".getBytes(StandardCharsets.US_ASCII));
        return length;
    }

    @Test
    void errorsOfAnyFieldsInAnyOrder() {
        for (int round = 0; round < ROUNDS; round++) {
            Map<Character, String> fields = new HashMap<>();
            // W, F, L and an unknown type are read and dropped
            for (char type : "SVCMDHPstcnRWFLz".toCharArray()) {
                if (random.nextInt(3) > 0) {
                    fields.put(type, type == 'P' ? "" + random.nextInt(Integer.MAX_VALUE) : text());
                }
            }
            List<Character> order = new ArrayList<>(fields.keySet());
            Collections.shuffle(order, random);
            ByteBuf body = begin();
            for (char type : order) {
                body.writeByte(type);
                write(body, fields.get(type));
            }
            body.writeByte(0);
            ServerError expected = new ServerError(
                    fields.getOrDefault('V', fields.getOrDefault('S', "ERROR")),
                    fields.getOrDefault('C', "XX000"),
                    fields.getOrDefault('M', ""),
                    fields.get('D'),
                    fields.get('H'),
                    Integer.parseInt(fields.getOrDefault('P', "0")),
                    fields.get('s'),
                    fields.get('t'),
                    fields.get('c'),
                    fields.get('n'),
                    fields.get('R'));
            assertThat(Backend.error(body, MARGIN, length(body)))
                    .as("seed %d, round %d", SEED, round)
                    .isEqualTo(expected);
        }
    }

    @Test
    void notifications() {
        for (int round = 0; round < ROUNDS; round++) {
            Notification sent = new Notification(text(), text(), random.nextInt());
            ByteBuf body = begin().writeInt(sent.processId());
            write(body, sent.channel());
            write(body, sent.payload());
            assertThat(Backend.notification(body, MARGIN, length(body))).isEqualTo(sent);
        }
    }

    @Test
    void countsOfCommandTags() {
        for (int round = 0; round < ROUNDS; round++) {
            long count = random.nextLong() >>> (1 + random.nextInt(63));
            for (String tag : List.of("INSERT 0 ", "SELECT ", "x ", " ")) {
                ByteBuf body = begin();
                write(body, tag + count);
                assertThat(Backend.count(body, MARGIN, length(body))).isEqualTo(count);
            }
            ByteBuf none = begin();
            String word = text();
            write(none, word + "9x");
            assertThat(Backend.count(none, MARGIN, length(none))).isZero();
        }
    }

    @Test
    void columns() {
        for (int round = 0; round < ROUNDS / 10; round++) {
            int count = random.nextInt(12);
            List<String> names = new ArrayList<>();
            List<Integer> numbers = new ArrayList<>();
            ByteBuf body = begin().writeShort(count);
            for (int i = 0; i < count; i++) {
                names.add(text() + i);
                write(body, names.get(i));
                int type = random.nextInt();
                int modifier = random.nextInt();
                int format = random.nextInt(2);
                numbers.addAll(List.of(type, modifier, format));
                body.writeInt(random.nextInt()).writeShort(random.nextInt());
                body.writeInt(type)
                        .writeShort(random.nextInt())
                        .writeInt(modifier)
                        .writeShort(format);
            }
            int length = length(body);
            Columns columns = Columns.of(body, MARGIN, length);
            assertThat(columns.metadata().names()).isEqualTo(names);
            assertThat(columns.size()).isEqualTo(count);
            List<Integer> read = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                read.addAll(List.of(
                        columns.metadata().typeId(i), columns.metadata().typeModifier(i), columns.isBinary(i) ? 1 : 0));
            }
            assertThat(read).isEqualTo(numbers);
            assertThat(columns.isDescribedBy(body, MARGIN, length)).isTrue();
        }
    }

    /** No byte beyond a body's end is read: the result does not depend on the bytes behind it. */
    @Test
    void anyBytesAreAValueOrOneKindOfError() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = random.nextInt(3) == 0 ? bytes[i] : (byte) "\0\0\1SCMV9 ".charAt(random.nextInt(9));
            }
            for (int reader = 0; reader < 5; reader++) {
                String alone = read(reader, Unpooled.copiedBuffer(bytes), 0, bytes.length);
                ByteBuf amid = begin().writeBytes(bytes);
                assertThat(read(reader, amid, MARGIN, length(amid))).isEqualTo(alone);
            }
        }
    }

    private static String read(int reader, ByteBuf in, int index, int length) {
        try {
            return switch (reader) {
                case 0 -> Backend.error(in, index, length).toString();
                case 1 -> Backend.notification(in, index, length).toString();
                case 2 -> "" + Columns.of(in, index, length).metadata().names();
                case 3 -> "" + Backend.count(in, index, length);
                default -> "" + Backend.negotiated(in, index, length, 3 << 16 | 2);
            };
        } catch (DecoderException refused) {
            return "refused";
        }
    }
}
