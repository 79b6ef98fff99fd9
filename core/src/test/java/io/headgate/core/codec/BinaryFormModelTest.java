package io.headgate.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.core.type.Interval;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the binary form with models of PostgreSQL's in plain {@code java.time} and {@link BigDecimal}, in both directions. */
class BinaryFormModelTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int VALUES = Boolean.getBoolean("headgate.test.long") ? 200_000 : 5_000;
    private static final LocalDateTime EPOCH = LocalDateTime.of(2000, 1, 1, 0, 0);

    static List<Integer> types() {
        return List.of(
                TypeIds.INT2,
                TypeIds.INT4,
                TypeIds.INT8,
                TypeIds.FLOAT4,
                TypeIds.FLOAT8,
                TypeIds.UUID,
                TypeIds.DATE,
                TypeIds.TIME,
                TypeIds.TIMETZ,
                TypeIds.TIMESTAMP,
                TypeIds.TIMESTAMPTZ,
                TypeIds.INTERVAL);
    }

    private static byte[] model(Object value) {
        ByteBuffer out = ByteBuffer.allocate(16);
        if (value instanceof Short number) {
            out.putShort(number);
        } else if (value instanceof Integer number) {
            out.putInt(number);
        } else if (value instanceof Long number) {
            out.putLong(number);
        } else if (value instanceof Float number) {
            out.putFloat(number);
        } else if (value instanceof Double number) {
            out.putDouble(number);
        } else if (value instanceof UUID id) {
            out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        } else if (value instanceof LocalDate date) {
            out.putInt((int) ChronoUnit.DAYS.between(EPOCH.toLocalDate(), date));
        } else if (value instanceof LocalTime time) {
            out.putLong(ChronoUnit.MICROS.between(LocalTime.MIDNIGHT, time));
        } else if (value instanceof OffsetTime time) {
            // seconds west of Greenwich
            out.putLong(ChronoUnit.MICROS.between(LocalTime.MIDNIGHT, time.toLocalTime()))
                    .putInt(-time.getOffset().getTotalSeconds());
        } else if (value instanceof LocalDateTime time) {
            out.putLong(ChronoUnit.MICROS.between(EPOCH, time));
        } else if (value instanceof OffsetDateTime time) {
            out.putLong(ChronoUnit.MICROS.between(EPOCH.atOffset(ZoneOffset.UTC), time));
        } else {
            Interval interval = (Interval) value;
            out.putLong(interval.microseconds()).putInt(interval.days()).putInt(interval.months());
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    /** Infinities are fixed numbers, not results of calendar arithmetic. */
    private static boolean isInfinite(Object value) {
        return List.of(
                        LocalDate.MAX,
                        LocalDate.MIN,
                        LocalDateTime.MAX,
                        LocalDateTime.MIN,
                        OffsetDateTime.MAX,
                        OffsetDateTime.MIN)
                .contains(value);
    }

    @ParameterizedTest
    @MethodSource("types")
    void isWhatTheModelWritesAndReadsItAgain(int type) {
        Random random = new Random(SEED + type);
        for (int i = 0; i < VALUES; i++) {
            Object value = RandomValues.BY_TYPE.get(type).apply(random);
            if (isInfinite(value) || !ValueEncoder.writesBinary(value, type)) {
                continue;
            }
            HeapSink sink = new HeapSink();
            ValueEncoder.encode(value, type, sink);
            byte[] model = model(value);
            assertThat(sink.toByteArray()).as("seed %d: %s", SEED, value).isEqualTo(model);
            assertThat(ValueDecoder.decode(type, true, model, 0, model.length)).isEqualTo(value);
        }
    }

    /** Base-10,000 digits; the first one is multiplied by 10,000 to the power of the weight. */
    @Test
    void aNumericIsTheSumOfItsGroups() {
        Random random = new Random(SEED);
        for (int i = 0; i < VALUES / 5; i++) {
            Object value = RandomValues.BY_TYPE.get(TypeIds.NUMERIC).apply(random);
            if (!(value instanceof BigDecimal decimal) || decimal.precision() > 1_000) {
                continue;
            }
            HeapSink sink = new HeapSink();
            ValueEncoder.encode(decimal, TypeIds.NUMERIC, sink);
            ByteBuffer in = ByteBuffer.wrap(sink.toByteArray());
            int groups = in.getShort();
            int weight = in.getShort();
            boolean negative = in.getShort() == 0x4000;
            int scale = in.getShort();
            BigDecimal sum = BigDecimal.ZERO;
            for (int group = 0; group < groups; group++) {
                sum = sum.add(BigDecimal.valueOf(in.getShort()).scaleByPowerOfTen(4 * (weight - group)));
            }
            assertThat(negative ? sum.negate() : sum)
                    .as("seed %d: %s", SEED, decimal)
                    .isEqualByComparingTo(decimal);
            assertThat(scale).isEqualTo(decimal.scale());
            assertThat(in.hasRemaining()).isFalse();
        }
    }
}
