package io.headgate.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A written value must be read back as the same value, in both formats, over the whole range of each type. */
class RoundTripTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int VALUES = Boolean.getBoolean("headgate.test.long") ? 200_000 : 10_000;

    static Set<Integer> types() {
        return RandomValues.BY_TYPE.keySet();
    }

    /** The number of values; fewer for numeric, because some have more than 100,000 digits. */
    private static int values(int typeId) {
        return typeId == TypeIds.NUMERIC ? VALUES / 20 : VALUES;
    }

    private static void comesBack(Object value, int typeId) {
        HeapSink sink = new HeapSink();
        ValueEncoder.encode(value, typeId, sink);
        byte[] written = sink.toByteArray();
        boolean binary = ValueEncoder.writesBinary(value, typeId);
        assertThat(ValueEncoder.fits(value, typeId)).isTrue();
        assertThat(ValueDecoder.decode(typeId, binary, written, 0, written.length))
                .isEqualTo(value);
        String text = ValueDecoder.text(typeId, binary, written, 0, written.length);
        // text() returns a boolean like a cast; the server sends only its first letter
        String sent = value instanceof Boolean ? text.substring(0, 1) : text;
        byte[] bytes = sent.getBytes(StandardCharsets.UTF_8);
        assertThat(ValueDecoder.decode(typeId, false, bytes, 0, bytes.length))
                .as(text)
                .isEqualTo(value);
        assertThat(ValueDecoder.text(typeId, false, bytes, 0, bytes.length)).isEqualTo(text);
    }

    @ParameterizedTest
    @MethodSource("types")
    void singleValues(int typeId) {
        Random random = new Random(SEED + typeId);
        for (int i = 0; i < values(typeId); i++) {
            comesBack(RandomValues.BY_TYPE.get(typeId).apply(random), typeId);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void arrays(int elementType) {
        Random random = new Random(SEED + elementType);
        for (int i = 0; i < values(elementType) / 10; i++) {
            Object[] array = JavaTypes.newArray(elementType, random.nextInt(5));
            for (int j = 0; j < array.length; j++) {
                array[j] = random.nextInt(5) == 0
                        ? null
                        : RandomValues.BY_TYPE.get(elementType).apply(random);
            }
            comesBack(JavaTypes.finished(array), BuiltInTypes.arrayOf(elementType));
        }
    }
}
