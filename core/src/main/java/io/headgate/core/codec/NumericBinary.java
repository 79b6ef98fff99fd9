package io.headgate.core.codec;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * The binary form of numeric: four 16-bit words (number of digits, weight of the first digit, sign, decimal digits after the
 * point), then digits in base 10,000. NaN and the infinities are Double values, because BigDecimal does not have them.
 *
 * @see <a href="https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/numeric.c">PostgreSQL, numeric.c</a>
 */
final class NumericBinary {

    /** Maximum number of digits after the point that the server accepts. */
    static final int MAX_SCALE = 16_383;
    /** Maximum number of digits before the point that the server accepts. */
    static final int MAX_WHOLE_DIGITS = 131_072;

    private static final int HEADER = 8;
    private static final int BASE = 10_000;
    private static final int BASE_DIGITS = 4;
    /** The number of base-10,000 digits that fit in a long. */
    private static final int LONG_GROUPS = 4;

    private static final int POSITIVE = 0;
    private static final int NEGATIVE = 0x4000;
    private static final int NAN = 0xC000;
    private static final int INFINITY = 0xD000;
    private static final int MINUS_INFINITY = 0xF000;

    /** The scale that the server sends for an infinity: a bit of its storage format without meaning here. */
    private static final int INFINITE_SCALE = 0x20;

    private static final int[] POWERS = {1, 10, 100, 1_000};

    private NumericBinary() {}

    static Number decode(byte[] bytes, int offset, int length) {
        if (length < HEADER) {
            throw malformed("it has " + length + " bytes");
        }
        int groups = BigEndian.getShort(bytes, offset) & 0xFFFF;
        int weight = BigEndian.getShort(bytes, offset + 2);
        int sign = BigEndian.getShort(bytes, offset + 4) & 0xFFFF;
        int scale = BigEndian.getShort(bytes, offset + 6) & 0xFFFF;
        if (length != HEADER + 2 * groups) {
            throw malformed("it has " + length + " bytes for " + groups + " digits");
        }
        int digitsAfterPoint = (groups - 1 - weight) * BASE_DIGITS;
        return switch (sign) {
            case POSITIVE -> magnitude(bytes, offset + HEADER, groups, digitsAfterPoint, scale);
            case NEGATIVE ->
                magnitude(bytes, offset + HEADER, groups, digitsAfterPoint, scale)
                        .negate();
            case NAN -> Double.NaN;
            case INFINITY -> Double.POSITIVE_INFINITY;
            case MINUS_INFINITY -> Double.NEGATIVE_INFINITY;
            default -> throw malformed("its sign is " + sign);
        };
    }

    private static BigDecimal magnitude(byte[] bytes, int at, int groups, int digitsAfterPoint, int scale) {
        if (scale > MAX_SCALE) {
            throw malformed("it has " + scale + " digits after the point");
        }
        if (groups == 0) {
            return BigDecimal.valueOf(0, scale);
        }
        BigDecimal value;
        if (groups <= LONG_GROUPS) {
            long unscaled = 0;
            for (int i = 0; i < groups; i++) {
                unscaled = unscaled * BASE + group(bytes, at + 2 * i);
            }
            value = BigDecimal.valueOf(unscaled, digitsAfterPoint);
        } else {
            char[] digits = new char[groups * BASE_DIGITS];
            for (int i = 0; i < groups; i++) {
                int group = group(bytes, at + 2 * i);
                for (int j = BASE_DIGITS - 1; j >= 0; j--) {
                    digits[i * BASE_DIGITS + j] = (char) ('0' + group % 10);
                    group /= 10;
                }
            }
            value = new BigDecimal(new BigInteger(new String(digits)), digitsAfterPoint);
        }
        try {
            return value.setScale(scale);
        } catch (ArithmeticException lost) {
            throw malformed("it has digits beyond its scale of " + scale);
        }
    }

    private static int group(byte[] bytes, int at) {
        int group = BigEndian.getShort(bytes, at);
        if (group < 0 || group >= BASE) {
            throw malformed("a digit is " + group);
        }
        return group;
    }

    /** Whether the server's numeric can hold the value with all its digits. */
    static boolean holds(BigDecimal value) {
        return value.scale() <= MAX_SCALE && (long) value.precision() - value.scale() <= MAX_WHOLE_DIGITS;
    }

    static void encode(BigDecimal value, ByteSink out) {
        BigDecimal plain = value.scale() < 0 ? value.setScale(0) : value;
        int scale = plain.scale();
        int padding = Math.floorMod(-scale, BASE_DIGITS);
        int sign = plain.signum() < 0 ? NEGATIVE : POSITIVE;
        int groupsAfterPoint = (scale + padding) / BASE_DIGITS;
        if (plain.precision() + padding <= 18) {
            long unscaled = plain.unscaledValue().longValue() * POWERS[padding];
            writeGroups(-Math.abs(unscaled), groupsAfterPoint, sign, scale, out);
        } else {
            String digits = plain.unscaledValue().abs().toString() + "0".repeat(padding);
            writeGroups(digits, groupsAfterPoint, sign, scale, out);
        }
    }

    static void encode(long value, ByteSink out) {
        writeGroups(value < 0 ? value : -value, 0, value < 0 ? NEGATIVE : POSITIVE, 0, out);
    }

    /** NaN or an infinity. */
    static void encodeSpecial(double value, ByteSink out) {
        int sign = Double.isNaN(value) ? NAN : value > 0 ? INFINITY : MINUS_INFINITY;
        writeHeader(0, 0, sign, Double.isNaN(value) ? 0 : INFINITE_SCALE, out);
    }

    /** @param negative the digits as zero or a negative number, because Long.MIN_VALUE has no positive counterpart */
    private static void writeGroups(long negative, int groupsAfterPoint, int sign, int scale, ByteSink out) {
        long significant = negative;
        int zeroGroups = 0;
        while (significant != 0 && significant % BASE == 0) {
            significant /= BASE;
            zeroGroups++;
        }
        int groups = 0;
        long power = 1;
        for (long rest = significant; rest != 0; rest /= BASE) {
            groups++;
            power = groups > 1 ? power * BASE : 1;
        }
        writeHeader(groups, groups == 0 ? 0 : groups + zeroGroups - groupsAfterPoint - 1, sign, scale, out);
        for (long rest = significant; power > 0; power /= BASE) {
            if (groups-- > 0) {
                out.writeShort((int) -(rest / power));
                rest %= power;
            }
        }
    }

    private static void writeGroups(String digits, int groupsAfterPoint, int sign, int scale, ByteSink out) {
        int lead = digits.length() % BASE_DIGITS;
        int all = (digits.length() + BASE_DIGITS - 1) / BASE_DIGITS;
        int last = all;
        while (last > 0 && group(digits, lead, last - 1) == 0) {
            last--;
        }
        writeHeader(last, all - groupsAfterPoint - 1, sign, scale, out);
        for (int i = 0; i < last; i++) {
            out.writeShort(group(digits, lead, i));
        }
    }

    private static int group(String digits, int lead, int index) {
        int end = lead == 0 ? (index + 1) * BASE_DIGITS : lead + index * BASE_DIGITS;
        int group = 0;
        for (int i = Math.max(0, end - BASE_DIGITS); i < end; i++) {
            group = group * 10 + (digits.charAt(i) - '0');
        }
        return group;
    }

    private static void writeHeader(int groups, int weight, int sign, int scale, ByteSink out) {
        out.writeShort(groups);
        out.writeShort(weight);
        out.writeShort(sign);
        out.writeShort(scale);
    }

    private static io.headgate.core.error.RowMappingException malformed(String reason) {
        return Unreadable.malformed(TypeIds.NUMERIC, reason);
    }
}
