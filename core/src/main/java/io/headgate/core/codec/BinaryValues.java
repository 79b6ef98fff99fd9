package io.headgate.core.codec;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** Reads values in the binary format: as Java values, or as the text that the type's output function returns. */
final class BinaryValues {

    private BinaryValues() {}

    static boolean knows(int typeId) {
        return switch (typeId) {
            case TypeIds.BOOL,
                    TypeIds.BYTEA,
                    TypeIds.INT2,
                    TypeIds.INT4,
                    TypeIds.INT8,
                    TypeIds.FLOAT4,
                    TypeIds.FLOAT8,
                    TypeIds.NUMERIC,
                    TypeIds.UUID,
                    TypeIds.DATE,
                    TypeIds.TIME,
                    TypeIds.TIMETZ,
                    TypeIds.TIMESTAMP,
                    TypeIds.TIMESTAMPTZ,
                    TypeIds.INTERVAL,
                    BuiltInTypes.OID,
                    TypeIds.JSONB -> true;
            default -> isPlainText(typeId);
        };
    }

    /** Whether the text format and the binary format of a type are the same bytes. */
    static boolean isPlainText(int typeId) {
        return switch (typeId) {
            case BuiltInTypes.TEXT,
                    BuiltInTypes.VARCHAR,
                    BuiltInTypes.BPCHAR,
                    BuiltInTypes.NAME,
                    BuiltInTypes.UNKNOWN,
                    BuiltInTypes.JSON -> true;
            default -> false;
        };
    }

    static Object decode(int typeId, byte[] bytes, int offset, int length) {
        return switch (typeId) {
            case TypeIds.INT4 -> int4(bytes, offset, length);
            case TypeIds.INT8 -> int8(typeId, bytes, offset, length);
            case TypeIds.BOOL -> bool(bytes, offset, length);
            case TypeIds.INT2 -> int2(bytes, offset, length);
            case TypeIds.FLOAT4 -> Float.intBitsToFloat(fourBytes(typeId, bytes, offset, length));
            case TypeIds.FLOAT8 -> Double.longBitsToDouble(int8(typeId, bytes, offset, length));
            case TypeIds.NUMERIC -> NumericBinary.decode(bytes, offset, length);
            case TypeIds.UUID -> uuid(bytes, offset, length);
            case TypeIds.DATE -> DateTimeBinary.date(fourBytes(typeId, bytes, offset, length));
            case TypeIds.TIME -> DateTimeBinary.time(typeId, int8(typeId, bytes, offset, length));
            case TypeIds.TIMETZ -> {
                Unreadable.checkSize(typeId, length, 12);
                yield DateTimeBinary.timetz(BigEndian.getLong(bytes, offset), BigEndian.getInt(bytes, offset + 8));
            }
            case TypeIds.TIMESTAMP -> DateTimeBinary.timestamp(int8(typeId, bytes, offset, length));
            case TypeIds.TIMESTAMPTZ -> DateTimeBinary.timestamptz(int8(typeId, bytes, offset, length));
            case TypeIds.INTERVAL -> Intervals.decode(bytes, offset, length);
            case TypeIds.BYTEA -> Arrays.copyOfRange(bytes, offset, offset + length);
            case BuiltInTypes.OID -> Integer.toUnsignedString(fourBytes(typeId, bytes, offset, length));
            case TypeIds.JSONB -> jsonb(bytes, offset, length);
            case BuiltInTypes.TEXT,
                    BuiltInTypes.VARCHAR,
                    BuiltInTypes.BPCHAR,
                    BuiltInTypes.NAME,
                    BuiltInTypes.UNKNOWN,
                    BuiltInTypes.JSON -> utf8(bytes, offset, length);
            default -> {
                checkArray(typeId);
                yield BinaryArray.decode(typeId, bytes, offset, length);
            }
        };
    }

    /** The text as the type's output function writes it. Also used for the elements of an array. */
    static String text(int typeId, byte[] bytes, int offset, int length) {
        return switch (typeId) {
            case TypeIds.BOOL -> bool(bytes, offset, length) ? "t" : "f";
            case TypeIds.FLOAT4 -> FloatText.of(Float.intBitsToFloat(fourBytes(typeId, bytes, offset, length)));
            case TypeIds.FLOAT8 -> FloatText.of(Double.longBitsToDouble(int8(typeId, bytes, offset, length)));
            case TypeIds.NUMERIC -> numericText(NumericBinary.decode(bytes, offset, length));
            case TypeIds.BYTEA -> ByteaText.encode(Arrays.copyOfRange(bytes, offset, offset + length));
            case TypeIds.DATE -> DateTimeOutput.of(DateTimeBinary.date(fourBytes(typeId, bytes, offset, length)));
            case TypeIds.TIME -> DateTimeOutput.time(dayMicros(typeId, int8(typeId, bytes, offset, length)));
            case TypeIds.TIMETZ -> {
                Unreadable.checkSize(typeId, length, 12);
                int secondsWest = BigEndian.getInt(bytes, offset + 8);
                DateTimeBinary.offset(secondsWest);
                yield DateTimeOutput.timetz(dayMicros(typeId, BigEndian.getLong(bytes, offset)), secondsWest);
            }
            case TypeIds.TIMESTAMP -> DateTimeOutput.of(DateTimeBinary.timestamp(int8(typeId, bytes, offset, length)));
            case TypeIds.TIMESTAMPTZ ->
                DateTimeOutput.of(DateTimeBinary.timestamptz(int8(typeId, bytes, offset, length)));
            case TypeIds.INTERVAL -> IntervalOutput.of(Intervals.decode(bytes, offset, length));
            default -> {
                if (knows(typeId)) {
                    yield decode(typeId, bytes, offset, length).toString();
                }
                checkArray(typeId);
                yield BinaryArray.text(typeId, bytes, offset, length);
            }
        };
    }

    static String numericText(Number value) {
        return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    }

    private static long dayMicros(int typeId, long micros) {
        if (micros < 0 || micros > DateTimeBinary.DAY_MICROS) {
            throw Unreadable.malformed(typeId, "it is not a time of day");
        }
        return micros;
    }

    private static Boolean bool(byte[] bytes, int offset, int length) {
        Unreadable.checkSize(TypeIds.BOOL, length, 1);
        return bytes[offset] != 0;
    }

    private static Short int2(byte[] bytes, int offset, int length) {
        Unreadable.checkSize(TypeIds.INT2, length, Short.BYTES);
        return BigEndian.getShort(bytes, offset);
    }

    private static Integer int4(byte[] bytes, int offset, int length) {
        return fourBytes(TypeIds.INT4, bytes, offset, length);
    }

    private static int fourBytes(int typeId, byte[] bytes, int offset, int length) {
        Unreadable.checkSize(typeId, length, Integer.BYTES);
        return BigEndian.getInt(bytes, offset);
    }

    private static long int8(int typeId, byte[] bytes, int offset, int length) {
        Unreadable.checkSize(typeId, length, Long.BYTES);
        return BigEndian.getLong(bytes, offset);
    }

    private static UUID uuid(byte[] bytes, int offset, int length) {
        Unreadable.checkSize(TypeIds.UUID, length, 2 * Long.BYTES);
        return new UUID(BigEndian.getLong(bytes, offset), BigEndian.getLong(bytes, offset + Long.BYTES));
    }

    /** The binary jsonb format: one byte with the format's version, then the text. */
    private static String jsonb(byte[] bytes, int offset, int length) {
        if (length < 1 || bytes[offset] != 1) {
            throw Unreadable.malformed(TypeIds.JSONB, "its version is not 1");
        }
        return utf8(bytes, offset + 1, length - 1);
    }

    private static void checkArray(int typeId) {
        if (BuiltInTypes.elementOf(typeId) < 0) {
            throw Unreadable.malformed(typeId, "the binary form of this type is not known; request it as text");
        }
    }

    static String utf8(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }
}
