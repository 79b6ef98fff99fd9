package io.headgate.driver.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The readers of bytes below R2DBC PostgreSQL, against a model, and for bytes that no server sends. */
class WireBytesPropertyTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 500_000 : 10_000;
    private static final List<String> TEXTS =
            List.of("", "a", "größe", "世界🎺", "26000", "0A000", "22023", "7", "C0A000");

    private final Random random = new Random(SEED);

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    private static void write(ByteBuf out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8)).writeByte(0);
    }

    @Test
    void countsRequestsHoweverTheBytesAreCut() {
        for (int round = 0; round < ROUNDS; round++) {
            ByteBuf all = Unpooled.buffer();
            int expected = 0;
            for (int i = random.nextInt(10); i > 0; i--) {
                char type = "SQPBdE".charAt(random.nextInt(6));
                byte[] body = "SQ".repeat(random.nextInt(400)).getBytes(StandardCharsets.US_ASCII);
                all.writeByte(type).writeInt(4 + body.length).writeBytes(body);
                expected += type == 'S' || type == 'Q' ? 1 : 0;
            }
            MessageCounter counter = new MessageCounter();
            int found = 0;
            while (all.isReadable()) {
                int length = Math.min(all.readableBytes(), random.nextInt(300));
                found += counter.count(all.slice(all.readerIndex(), length));
                all.skipBytes(length);
            }
            assertThat(found).as("seed %d, round %d", SEED, round).isEqualTo(expected);
        }
    }

    @Test
    void readsErrorsOfAnyFieldsAndHidesNothingButWhatWouldBeRepeated() {
        for (int round = 0; round < ROUNDS; round++) {
            Map<Character, String> fields = new LinkedHashMap<>();
            for (char type : "MSVCDHPWstcnR".toCharArray()) {
                if (random.nextInt(3) > 0) {
                    fields.put(type, text());
                }
            }
            ByteBuf body = Unpooled.buffer();
            fields.forEach((type, value) -> {
                body.writeByte(type);
                write(body, value);
            });
            body.writeByte(0);
            WireError read = WireError.read(body, 0);
            assertThat(read.error().message()).isEqualTo(fields.getOrDefault('M', ""));
            assertThat(read.error().severity()).isEqualTo(fields.getOrDefault('V', fields.getOrDefault('S', "ERROR")));
            assertThat(read.error().sqlState()).isEqualTo(fields.getOrDefault('C', "XX000"));
            assertThat(read.error().position()).isEqualTo("7".equals(fields.get('P')) ? 7 : number(fields.get('P')));
            assertThat(read.error().routine()).isEqualTo(fields.get('R'));
            assertThat(read.where()).isEqualTo(fields.getOrDefault('W', ""));
            ByteBuf before = body.copy();
            WireError.hideFromRepetition(body, 0);
            WireError after = WireError.read(body, 0);
            boolean repeated = List.of("26000", "0A000").contains(read.error().sqlState());
            assertThat(body.equals(before)).as(fields.toString()).isEqualTo(!repeated);
            assertThat(List.of("26000", "0A000")).doesNotContain(after.error().sqlState());
            assertThat(after.error().message()).isEqualTo(read.error().message());
        }
    }

    private static int number(String text) {
        return text != null && text.matches("\\d+") ? Integer.parseInt(text) : 0;
    }

    @Test
    void takesOutUnwantedParametersOfAnySession() {
        for (int round = 0; round < ROUNDS; round++) {
            ByteBuf sent = Unpooled.buffer().writeInt(0).writeInt(3 << 16);
            ByteBuf expected = Unpooled.buffer().writeInt(0).writeInt(3 << 16);
            for (int i = random.nextInt(6); i > 0; i--) {
                String name = List.of("user", "TimeZone", "extra_float_digits", "DateStyle", "größe")
                        .get(random.nextInt(5));
                String value = text();
                write(sent, name);
                write(sent, value);
                if (!name.equals("TimeZone") && !name.equals("extra_float_digits")) {
                    write(expected, name);
                    write(expected, value);
                }
            }
            String zone = random.nextBoolean() ? "UTC" : null;
            if (zone != null) {
                write(expected, "TimeZone");
                write(expected, zone);
            }
            sent.writeByte(0).setInt(0, sent.readableBytes());
            expected.writeByte(0).setInt(0, expected.readableBytes());
            ByteBuf corrected = StartupParameters.correct(sent, zone);
            assertThat(corrected).isEqualTo(expected);
            corrected.release();
            assertThat(sent.refCnt()).isZero();
        }
    }

    /** The bytes come from the network: whatever they are, reading an error ends, and returns an error. */
    @Test
    void anyBytesAreReadAsSomeError() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = new byte[random.nextInt(30)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) "\0\0CMSVP0A026".charAt(random.nextInt(12));
            }
            assertThat(WireError.read(Unpooled.wrappedBuffer(bytes), 0).error()).isNotNull();
            WireError.hideFromRepetition(Unpooled.wrappedBuffer(bytes), 0);
        }
    }
}
