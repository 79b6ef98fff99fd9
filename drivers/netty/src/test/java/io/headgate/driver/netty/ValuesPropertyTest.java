package io.headgate.driver.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.codec.TypeIds;
import io.headgate.core.codec.ValueDecoder;
import io.headgate.core.codec.ValueEncoder;
import io.headgate.core.error.HeadgateException;
import io.headgate.core.error.ParameterException;
import io.headgate.core.type.Interval;
import io.headgate.core.type.Json;
import io.headgate.core.type.TypedNull;
import io.headgate.driver.netty.protocol.Columns;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A Bind of any values for any types is a message that a server can read, with each value as the codec has it, or an error. */
class ValuesPropertyTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 500_000 : 5_000;
    private static final LocalDateTime TIME = LocalDateTime.of(2026, 11, 28, 13, 14, 15, 123_456_000);

    private static final int TEXT = ValueEncoder.naturalType("");
    private static final int JSON = 114;
    private static final int INET = 869;
    private static final int MONEY = 790;
    private static final int ENUMERATION = 16_400;

    /** A value, the type that is its own, and whether it goes there in binary. */
    private record Own(Object value, int type, boolean binary) {}

    private static final List<Own> OWN = List.of(
            new Own((byte) 7, TypeIds.INT2, true),
            new Own((short) 7, TypeIds.INT2, true),
            new Own(7, TypeIds.INT4, true),
            new Own(7L << 40, TypeIds.INT8, true),
            new Own(7.5f, TypeIds.FLOAT4, true),
            new Own(7.5, TypeIds.FLOAT8, true),
            new Own(new BigDecimal("7.50"), TypeIds.NUMERIC, true),
            new Own(BigInteger.TEN.pow(30), TypeIds.NUMERIC, true),
            new Own(true, TypeIds.BOOL, true),
            new Own("größe", TEXT, false),
            new Own(java.nio.CharBuffer.wrap("b"), TEXT, false),
            new Own('c', TEXT, false),
            new Own(DayOfWeek.MONDAY, ENUMERATION, false),
            new Own(URI.create("http://a/b"), TEXT, false),
            new Own(YearMonth.of(2026, 11), TEXT, false),
            new Own(ZoneId.of("Europe/Paris"), TEXT, false),
            new Own(new byte[] {0, -1}, TypeIds.BYTEA, true),
            new Own(ByteBuffer.wrap(new byte[] {1, 2}), TypeIds.BYTEA, true),
            new Own(new UUID(1, 2), TypeIds.UUID, true),
            new Own(TIME.toLocalDate(), TypeIds.DATE, true),
            new Own(TIME.toLocalTime(), TypeIds.TIME, true),
            new Own(OffsetTime.of(TIME.toLocalTime(), ZoneOffset.ofHours(2)), TypeIds.TIMETZ, true),
            new Own(TIME, TypeIds.TIMESTAMP, true),
            new Own(TIME.atOffset(ZoneOffset.ofHours(2)), TypeIds.TIMESTAMPTZ, true),
            new Own(TIME.atZone(ZoneId.of("Europe/Paris")), TypeIds.TIMESTAMPTZ, true),
            new Own(TIME.toInstant(ZoneOffset.UTC), TypeIds.TIMESTAMPTZ, true),
            new Own(java.util.Date.from(TIME.toInstant(ZoneOffset.UTC)), TypeIds.TIMESTAMPTZ, true),
            new Own(Duration.ofSeconds(7), TypeIds.INTERVAL, true),
            new Own(Period.ofDays(7), TypeIds.INTERVAL, true),
            new Own(new Interval(1, 2, 3), TypeIds.INTERVAL, true),
            new Own(Json.of("{\"a\": 1}"), TypeIds.JSONB, false),
            new Own(InetAddress.getLoopbackAddress(), INET, false),
            new Own(Map.of("a", "b"), ENUMERATION, false),
            new Own(new int[] {1, 2}, TypeIds.INT4_ARRAY, true),
            new Own(new Long[] {1L, null}, TypeIds.INT8_ARRAY, true),
            new Own(List.of("a b", ""), TypeIds.TEXT_ARRAY, true),
            new Own(new UUID[] {new UUID(1, 2)}, TypeIds.UUID_ARRAY, true),
            new Own(List.of(), TypeIds.DATE_ARRAY, true));

    private static final List<Integer> TYPES = List.of(
            0,
            TEXT,
            JSON,
            INET,
            MONEY,
            ENUMERATION,
            TypeIds.INT2,
            TypeIds.INT4,
            TypeIds.INT8,
            TypeIds.FLOAT4,
            TypeIds.FLOAT8,
            TypeIds.NUMERIC,
            TypeIds.BOOL,
            TypeIds.BYTEA,
            TypeIds.UUID,
            TypeIds.DATE,
            TypeIds.TIME,
            TypeIds.TIMETZ,
            TypeIds.TIMESTAMP,
            TypeIds.TIMESTAMPTZ,
            TypeIds.INTERVAL,
            TypeIds.JSONB,
            TypeIds.INT4_ARRAY,
            TypeIds.TEXT_ARRAY,
            TypeIds.UUID_ARRAY,
            TypeIds.DATE_ARRAY);

    private final Random random = new Random(SEED);

    private @Nullable Object value() {
        return switch (random.nextInt(12)) {
            case 0 -> null;
            case 1 -> new TypedNull(TypeIds.INT4);
            case 2 -> new Object();
            case 3 -> "x".repeat(random.nextInt(300));
            default -> OWN.get(random.nextInt(OWN.size())).value();
        };
    }

    private static ParameterTypes types(int... types) {
        return new ParameterTypes(types, new int[types.length], false);
    }

    private static ByteBuf bind(
            ParameterTypes types, List<@Nullable Object> values, @Nullable Columns columns, int most) {
        ByteBuf out = Unpooled.buffer();
        Values.bind(out, bytes("p"), bytes("größe"), types, values, columns, most);
        return out;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ByteBuf in) {
        String text = in.readCharSequence(in.bytesBefore((byte) 0), StandardCharsets.UTF_8)
                .toString();
        in.skipBytes(1);
        return text;
    }

    private static List<Integer> shorts(ByteBuf in) {
        List<Integer> read = new ArrayList<>();
        for (int count = in.readUnsignedShort(); count > 0; count--) {
            read.add((int) in.readShort());
        }
        return read;
    }

    /** What a server reads of a Bind. */
    private record Bound(List<Integer> formats, List<byte @Nullable []> values, List<Integer> ofColumns) {

        static Bound read(ByteBuf in) {
            assertThat(in.readByte()).isEqualTo((byte) 'B');
            assertThat(in.readInt()).isEqualTo(in.readableBytes() + 4);
            assertThat(text(in)).isEqualTo("p");
            assertThat(text(in)).isEqualTo("größe");
            List<Integer> formats = shorts(in);
            List<byte @Nullable []> values = new ArrayList<>();
            for (int count = in.readUnsignedShort(); count > 0; count--) {
                int length = in.readInt();
                byte[] value = length == -1 ? null : new byte[length];
                if (value != null) {
                    in.readBytes(value);
                }
                values.add(value);
            }
            List<Integer> ofColumns = shorts(in);
            assertThat(in.isReadable()).isFalse();
            return new Bound(formats, values, ofColumns);
        }
    }

    @Test
    void eachClassIsWrittenInTheFormOfItsOwnType() {
        for (Own own : OWN) {
            Bound bound = Bound.read(bind(types(own.type), List.of(own.value), Columns.NONE, Integer.MAX_VALUE));
            String given = own.toString();
            assertThat(bound.formats).as(given).containsExactly(own.binary ? 1 : 0);
            byte[] written = bound.values.get(0);
            assertThat(written).as(given).isNotNull();
            Object read = ValueDecoder.decode(own.type, own.binary, written, 0, written.length);
            Bound again = Bound.read(bind(types(own.type), List.of(read), null, Integer.MAX_VALUE));
            assertThat(again.values.get(0)).as(given).isEqualTo(written);
        }
    }

    @Test
    void anyValuesForAnyTypesAreAMessageOrAnErrorThatNamesTheParameter() {
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            int count = random.nextInt(5);
            int[] wanted = new int[count];
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Object value = value();
                values.add(value);
                // mostly a type that takes it, or hardly any round would come to its end
                int natural = ValueEncoder.naturalType(value);
                wanted[i] = random.nextInt(4) > 0 ? natural : TYPES.get(random.nextInt(TYPES.size()));
            }
            int most = random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(40);
            String given = "seed " + SEED + ", round " + round + ": " + values + " as " + Arrays.toString(wanted);
            assertThat(Values.check(types(wanted), values, "SELECT") != null)
                    .as(given)
                    .isEqualTo(firstRefused(wanted, values, Integer.MAX_VALUE) >= 0);
            try {
                Bound bound = Bound.read(bind(types(wanted), values, null, most));
                assertBound(bound, wanted, values, most, given);
            } catch (ParameterException expected) {
                int at = firstRefused(wanted, values, most);
                assertThat(at).as(given + ": " + expected.getMessage()).isNotNegative();
                assertThat(expected).as(given).hasMessageStartingWith("parameter $" + (at + 1));
                refused++;
            } catch (RuntimeException other) {
                throw new AssertionError(given, other);
            }
        }
        assertThat(refused).isBetween(ROUNDS / 20, ROUNDS * 3 / 4);
    }

    private static void assertBound(Bound bound, int[] wanted, List<@Nullable Object> values, int most, String given) {
        assertThat(bound.formats).as(given).hasSize(values.size());
        assertThat(bound.values).as(given).hasSize(values.size());
        assertThat(bound.ofColumns).as(given).isEmpty();
        assertThat(firstRefused(wanted, values, most)).as(given).isEqualTo(-1);
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            boolean isNull = value == null || value instanceof TypedNull;
            boolean binary = !isNull && ValueEncoder.writesBinary(value, wanted[i]);
            assertThat(bound.formats.get(i)).as(given).isEqualTo(binary ? 1 : 0);
            assertThat(bound.values.get(i)).as(given).isEqualTo(isNull ? null : ValueEncoder.encode(value, wanted[i]));
        }
    }

    /** The first parameter that the codec refuses or that is too long, or -1. */
    private static int firstRefused(int[] wanted, List<@Nullable Object> values, int most) {
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            if (value == null || value instanceof TypedNull) {
                continue;
            }
            if (ValueEncoder.refuses(value, wanted[i]) || ValueEncoder.encode(value, wanted[i]).length > most) {
                return i;
            }
        }
        return -1;
    }

    /** Whatever the driver checks beforehand, it refuses as the Bind does. */
    @Test
    void theCheckRefusesWhatTheCodecRefuses() {
        for (Own own : OWN) {
            for (int type : TYPES) {
                HeadgateException found = Values.check(types(type), List.of(own.value), "SELECT 1");
                if (ValueEncoder.refuses(own.value, type)) {
                    assertThat(found)
                            .as(own + " as " + type)
                            .isInstanceOf(ParameterException.class)
                            .hasMessageStartingWith("parameter $1")
                            .hasMessageEndingWith("SELECT 1");
                } else {
                    assertThat(found).as(own + " as " + type).isNull();
                }
            }
        }
    }
}
