package io.headgate.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.headgate.core.error.RowMappingException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Text forms: a written value must be read back as the same value, and malformed text must throw a documented error. */
class TextFormsPropertyTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 1_000_000 : 20_000;
    private static final String CHARACTERS = "0123456789-+:. eEBCinfty{}[],=\"\\xNUL";
    private static final List<String> SOUND = List.of(
            "t",
            "\\x00ff",
            "\\000a\\\\",
            "-32768",
            "1.5e-3",
            "NaN",
            "2026-01-02",
            "0044-03-15 BC",
            "infinity",
            "10:00:00.5-03:30",
            "2026-01-02 03:04:05.000006",
            "0001-01-01 00:00:00+00:53:28 BC",
            "-1 years -2 mons +3 days -25:00:00.000001",
            "16/02/1997 07:37:16.00 PST",
            "{1,NULL,\"a\\\"b\"}",
            "[0:1]={a,b}",
            "00000000-0000-0000-0000-000000000000");

    private final Random random = new Random(SEED);

    private LocalDateTime time() {
        LocalDate date = LocalDate.ofEpochDay(random.nextInt(4_000_000) - 2_400_000);
        return date.atTime(LocalTime.ofNanoOfDay((random.nextLong() >>> 1) % 86_400_000_000L * 1_000));
    }

    private ZoneOffset offset() {
        return ZoneOffset.ofTotalSeconds(random.nextInt(2 * 57_599 + 1) - 57_599);
    }

    /** The server writes the offset of UTC in digits. */
    private static String fromServer(String text) {
        return text.replace("Z", "+00");
    }

    @Test
    void datesAndTimesComeBack() {
        for (int i = 0; i < ROUNDS; i++) {
            LocalDateTime time = time();
            OffsetDateTime instant = time.atOffset(offset());
            OffsetTime clock = instant.toOffsetTime();
            assertThat(DateTimeInput.date(DateTimeOutput.of(time.toLocalDate())))
                    .isEqualTo(time.toLocalDate());
            assertThat(DateTimeInput.time(DateTimeFormatter.ISO_LOCAL_TIME.format(time)))
                    .isEqualTo(time.toLocalTime());
            assertThat(DateTimeInput.dateTime(DateTimeOutput.of(time))).isEqualTo(time);
            assertThat(DateTimeInput.offsetTime(fromServer(DateTimeFormatter.ISO_OFFSET_TIME.format(clock))))
                    .isEqualTo(clock);
            assertThat(DateTimeInput.offsetDateTime(fromServer(DateTimeOutput.of(instant))))
                    .isEqualTo(instant.withOffsetSameInstant(ZoneOffset.UTC));
        }
    }

    @Test
    void bytesComeBackFromBothForms() {
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = new byte[random.nextInt(20)];
            random.nextBytes(bytes);
            StringBuilder escaped = new StringBuilder();
            for (byte b : bytes) {
                boolean plain = b >= ' ' && b < 127;
                escaped.append(b == '\\' ? "\\\\" : plain ? "" + (char) b : octal(b & 0xff));
            }
            assertThat(ByteaText.decode(ByteaText.encode(bytes))).isEqualTo(bytes);
            assertThat(ByteaText.decode(escaped.toString()))
                    .as(escaped.toString())
                    .isEqualTo(bytes);
        }
    }

    private static String octal(int b) {
        return "\\" + (b >> 6) + (b >> 3 & 7) + (b & 7);
    }

    @Test
    void numbersComeBackAsBigDecimalWritesThem() {
        for (int i = 0; i < ROUNDS; i++) {
            BigDecimal decimal = new BigDecimal(new BigInteger(random.nextInt(200) + 1, random), random.nextInt(40));
            BigDecimal signed = random.nextBoolean() ? decimal : decimal.negate();
            assertThat(TextValues.decode(TypeIds.NUMERIC, signed.toPlainString()))
                    .isEqualTo(signed);
            double number = Double.longBitsToDouble(random.nextLong());
            assertThat(TextValues.decode(TypeIds.FLOAT8, Double.toString(number).replace('E', 'e')))
                    .isEqualTo(number);
        }
    }

    /** Decoding may run on the connection's event loop, which does not expect other exceptions. */
    @Test
    void anyTextIsAValueOrADocumentedError() {
        List<Integer> types = List.of(
                16, 17, 20, 21, 23, 700, 701, 1082, 1083, 1114, 1184, 1186, 1266, 1700, 2950, 1001, 1007, 1009, 1115,
                1187, 1231, 1270, 3802);
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int i = 0; i < ROUNDS; i++) {
                String text = random.nextInt(3) == 0 ? anything() : changed(SOUND.get(random.nextInt(SOUND.size())));
                for (int type : types) {
                    try {
                        assertThat(TextValues.decode(type, text)).isNotNull();
                    } catch (RowMappingException expected) {
                        // expected for malformed text
                    } catch (RuntimeException | StackOverflowError other) {
                        throw new AssertionError("seed " + SEED + ", type " + type + ": \"" + text + "\"", other);
                    }
                }
            }
        });
    }

    private String anything() {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(12); length > 0; length--) {
            text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
        }
        return text.toString();
    }

    private String changed(String sound) {
        StringBuilder text = new StringBuilder(sound);
        for (int edits = random.nextInt(3); edits >= 0 && !text.isEmpty(); edits--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.setLength(at);
                default -> text.setCharAt(at, CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
            }
        }
        return text.toString();
    }
}
