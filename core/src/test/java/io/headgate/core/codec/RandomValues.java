package io.headgate.core.codec;

import io.headgate.core.type.Interval;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/** Random values from the whole range of each type, with more edge values than a uniform distribution. */
@SuppressWarnings("FloatingPointLiteralPrecision") // the decimals between two doubles are the point
final class RandomValues {

    /** A generator of values for each type. */
    static final Map<Integer, Function<Random, Object>> BY_TYPE = new TreeMap<>(Map.ofEntries(
            Map.entry(TypeIds.BOOL, Random::nextBoolean),
            Map.entry(TypeIds.INT2, random -> (short) whole(random, 16)),
            Map.entry(TypeIds.INT4, random -> (int) whole(random, 32)),
            Map.entry(TypeIds.INT8, random -> whole(random, 64)),
            Map.entry(TypeIds.FLOAT4, RandomValues::float4),
            Map.entry(TypeIds.FLOAT8, RandomValues::float8),
            Map.entry(TypeIds.NUMERIC, RandomValues::numeric),
            Map.entry(TypeIds.UUID, random -> new UUID(random.nextLong(), random.nextLong())),
            Map.entry(TypeIds.BYTEA, RandomValues::bytes),
            Map.entry(BuiltInTypes.TEXT, RandomValues::text),
            Map.entry(BuiltInTypes.VARCHAR, RandomValues::text),
            Map.entry(TypeIds.DATE, RandomValues::date),
            Map.entry(TypeIds.TIME, RandomValues::time),
            Map.entry(TypeIds.TIMETZ, random -> time(random).atOffset(offset(random))),
            Map.entry(TypeIds.TIMESTAMP, RandomValues::timestamp),
            Map.entry(TypeIds.TIMESTAMPTZ, RandomValues::timestamptz),
            Map.entry(TypeIds.INTERVAL, RandomValues::interval)));

    private RandomValues() {}

    private static <T> T oneOf(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static long whole(Random random, int bits) {
        if (random.nextInt(8) == 0) {
            long most = (1L << (bits - 1)) - 1;
            return oneOf(random, List.of(0L, 1L, -1L, most, -most - 1, most - 1));
        }
        return random.nextLong() >> (64 - bits + random.nextInt(bits));
    }

    private static Float float4(Random random) {
        return switch (random.nextInt(4)) {
            case 0 ->
                oneOf(
                        random,
                        List.of(
                                0f,
                                -0f,
                                Float.NaN,
                                Float.POSITIVE_INFINITY,
                                Float.MIN_VALUE,
                                Float.MAX_VALUE,
                                1e6f,
                                1e-5f));
            case 1 -> random.nextInt(1_000_000) / 100f;
            case 2 -> (float) Math.scalb(1.0, random.nextInt(270) - 145);
            default -> {
                float bits = Float.intBitsToFloat(random.nextInt());
                yield Float.isNaN(bits) ? 1f : bits;
            }
        };
    }

    private static Double float8(Random random) {
        return switch (random.nextInt(5)) {
            case 0 ->
                oneOf(
                        random,
                        List.of(
                                0d,
                                -0d,
                                Double.NaN,
                                Double.NEGATIVE_INFINITY,
                                Double.MIN_VALUE,
                                Double.MAX_VALUE,
                                Double.MIN_NORMAL,
                                1e15,
                                999_999_999_999_999d,
                                1e-4,
                                1e-5,
                                1e23,
                                2e23,
                                9e15,
                                9.5e-5,
                                (double) 18_014_398_509_481_988L,
                                (double) 18_014_398_509_481_992L));
            case 1 -> random.nextInt(1_000_000) / 100.0;
            case 2 -> Math.scalb(1.0, random.nextInt(2_090) - 1_070);
            case 3 -> (double) random.nextLong();
            default -> {
                double bits = Double.longBitsToDouble(random.nextLong());
                yield Double.isNaN(bits) ? 1d : bits;
            }
        };
    }

    private static Number numeric(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> oneOf(random, List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
            case 1 -> new BigDecimal(new BigInteger(random.nextInt(2_000) + 1, random), random.nextInt(800));
            case 2 ->
                oneOf(
                        random,
                        List.of(
                                BigDecimal.ZERO,
                                new BigDecimal("0.000"),
                                new BigDecimal("1E-16383"),
                                new BigDecimal("9.99E+131071").setScale(0),
                                new BigDecimal("10000"),
                                new BigDecimal("100000000.0001"),
                                new BigDecimal(Long.MIN_VALUE)));
            default -> {
                BigDecimal decimal = new BigDecimal(
                        new BigInteger(random.nextInt(80) + 1, random).multiply(BigInteger.TEN.pow(random.nextInt(9))),
                        random.nextInt(25));
                yield random.nextBoolean() ? decimal : decimal.negate();
            }
        };
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String text(Random random) {
        return oneOf(
                        random,
                        List.of("", "NULL", "null", "{", "}", ",", "\"", "\\", " ", "a b", "\t", "\n", "\u000B", "a"))
                + oneOf(random, List.of("", "x", "Grüße", "世界", "🎺", "\\\"", "\u00A0", "\u0001"));
    }

    private static LocalDate date(Random random) {
        return switch (random.nextInt(6)) {
            case 0 ->
                oneOf(
                        random,
                        List.of(
                                LocalDate.MAX,
                                LocalDate.MIN,
                                LocalDate.of(-4713, 11, 24),
                                LocalDate.of(5_874_897, 12, 31),
                                LocalDate.of(0, 2, 29),
                                LocalDate.of(1, 1, 1),
                                LocalDate.of(10_000, 1, 1)));
            case 1 ->
                LocalDate.of(-4713, 11, 24)
                        .plusDays(random.nextInt(DateTimeBinary.LAST_DAY - DateTimeBinary.FIRST_DAY));
            default -> LocalDate.of(2000, 1, 1).plusDays(random.nextInt(2_000_000) - 1_500_000);
        };
    }

    private static LocalTime time(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> oneOf(random, List.of(LocalTime.MIDNIGHT, LocalTime.of(23, 59, 59, 999_999_000), LocalTime.NOON));
            case 1 -> LocalTime.ofSecondOfDay(random.nextInt(86_400));
            default -> LocalTime.ofNanoOfDay((random.nextLong() >>> 1) % 86_400_000_000L * 1_000);
        };
    }

    private static ZoneOffset offset(Random random) {
        int most = 16 * 3_600 - 1;
        return ZoneOffset.ofTotalSeconds(
                random.nextBoolean() ? (random.nextInt(31) - 15) * 3_600 : random.nextInt(2 * most + 1) - most);
    }

    private static LocalDateTime timestamp(Random random) {
        return switch (random.nextInt(6)) {
            case 0 ->
                oneOf(
                        random,
                        List.of(
                                LocalDateTime.MAX,
                                LocalDateTime.MIN,
                                DateTimeBinary.timestamp(DateTimeBinary.FIRST_MICRO),
                                DateTimeBinary.timestamp(DateTimeBinary.LAST_MICRO),
                                DateTimeBinary.timestamp(-1)));
            case 1 ->
                DateTimeBinary.timestamp(DateTimeBinary.FIRST_MICRO
                        + (long) (random.nextDouble()
                                * ((double) DateTimeBinary.LAST_MICRO - DateTimeBinary.FIRST_MICRO)));
            default -> DateTimeBinary.timestamp(random.nextLong() >> (8 + random.nextInt(20)));
        };
    }

    private static OffsetDateTime timestamptz(Random random) {
        LocalDateTime time = timestamp(random);
        return time.equals(LocalDateTime.MAX)
                ? OffsetDateTime.MAX
                : time.equals(LocalDateTime.MIN) ? OffsetDateTime.MIN : time.atOffset(ZoneOffset.UTC);
    }

    private static Interval interval(Random random) {
        return switch (random.nextInt(4)) {
            case 0 ->
                oneOf(
                        random,
                        List.of(
                                new Interval(0, 0, 0),
                                new Interval(0, 0, Long.MIN_VALUE),
                                new Interval(0, 0, Long.MAX_VALUE),
                                new Interval(Integer.MIN_VALUE, 0, 0),
                                new Interval(Integer.MAX_VALUE, Integer.MIN_VALUE, 1),
                                new Interval(-1, 1, -1),
                                new Interval(1, -1, 1),
                                Intervals.INFINITY,
                                Intervals.MINUS_INFINITY));
            case 1 -> new Interval(random.nextInt(40) - 20, random.nextInt(5) - 2, random.nextInt());
            case 2 -> new Interval(random.nextInt(), random.nextInt(), random.nextLong());
            default ->
                new Interval(
                        (int) whole(random, 32), (int) whole(random, 32), random.nextBoolean() ? 0 : whole(random, 64));
        };
    }
}
