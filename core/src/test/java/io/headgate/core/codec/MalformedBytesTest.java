package io.headgate.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.headgate.core.error.RowMappingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that no server sends must give a RowMappingException or some value, quickly and with little memory. */
class MalformedBytesTest {

    private static final long SEED = Long.getLong("headgate.test.seed", 20_261);
    private static final int ROUNDS = Boolean.getBoolean("headgate.test.long") ? 500_000 : 20_000;
    private static final String TEXT_CHARACTERS = "0123456789-+:. eE{}[]=,\"\\NULLinfBCxtf ";

    /** All types that the codec knows, an enumeration, and no type. */
    static Stream<Integer> types() {
        List<Integer> types = new ArrayList<>(List.of(0, 16_400, TypeIds.BOOL, TypeIds.JSONB, BuiltInTypes.OID));
        for (int id = 1; id < 4_000; id++) {
            if (BuiltInTypes.elementOf(id) >= 0 || BinaryValues.knows(id) || BuiltInTypes.arrayOf(id) > 0) {
                types.add(id);
            }
        }
        return types.stream().distinct();
    }

    private static void read(int typeId, boolean binary, byte[] bytes) {
        for (boolean asText : new boolean[] {false, true}) {
            try {
                Object value = asText
                        ? ValueDecoder.text(typeId, binary, bytes, 0, bytes.length)
                        : ValueDecoder.decode(typeId, binary, bytes, 0, bytes.length);
                assertThat(value).isNotNull();
            } catch (RowMappingException expected) {
                assertThat(expected.getMessage()).isNotNull();
            } catch (RuntimeException | StackOverflowError other) {
                fail("type " + typeId + (binary ? " binary " : " text ") + Arrays.toString(bytes), other);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void randomBytes(int typeId) {
        Random random = new Random(SEED + typeId);
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int i = 0; i < ROUNDS; i++) {
                byte[] bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
                // small numbers are lengths and counts that may just fit
                for (int j = 0; j < bytes.length; j++) {
                    bytes[j] = random.nextInt(3) == 0 ? bytes[j] : (byte) random.nextInt(3);
                }
                read(typeId, true, bytes);
                for (int j = 0; j < bytes.length; j++) {
                    bytes[j] = (byte) TEXT_CHARACTERS.charAt(random.nextInt(TEXT_CHARACTERS.length()));
                }
                read(typeId, false, bytes);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("types")
    void valuesWithBytesChangedOrCutOff(int typeId) {
        int element = BuiltInTypes.elementOf(typeId);
        boolean array = element >= 0;
        if (!RandomValues.BY_TYPE.containsKey(array ? element : typeId)) {
            return;
        }
        // a few bytes of a numeric may mean 150,000 digits, which take some milliseconds
        int rounds = (array ? element : typeId) == TypeIds.NUMERIC ? Math.min(ROUNDS, 20_000) / 10 : ROUNDS / 10;
        Random random = new Random(SEED + typeId);
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int i = 0; i < rounds; i++) {
                Object value =
                        RandomValues.BY_TYPE.get(array ? element : typeId).apply(random);
                if (value instanceof java.math.BigDecimal decimal && decimal.precision() > 1_000) {
                    continue;
                }
                Object sent = array ? new Object[] {value, null, value} : value;
                HeapSink sink = new HeapSink();
                ValueEncoder.encode(sent, typeId, sink);
                byte[] text = ValueDecoder.text(
                                typeId, ValueEncoder.writesBinary(sent, typeId), sink.toByteArray(), 0, sink.position())
                        .getBytes(StandardCharsets.UTF_8);
                for (byte[] bytes : List.of(sink.toByteArray(), text)) {
                    boolean binary = bytes != text;
                    read(typeId, binary, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
                    read(typeId, binary, Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(3)));
                    for (int j = 0; j < 5 && bytes.length > 0; j++) {
                        byte[] changed = bytes.clone();
                        changed[random.nextInt(bytes.length)] = (byte) random.nextInt();
                        read(typeId, binary, changed);
                    }
                }
            }
        });
    }

    @Test
    void lengthsAreCheckedBeforeMemoryIsTaken() {
        HeapSink manyElements = array(1, Integer.MAX_VALUE);
        HeapSink manyDimensions = array(6, 65_536);
        HeapSink negative = array(1, -1);
        HeapSink zeroTimesMany = array(2, 0);
        for (HeapSink sink : List.of(manyElements, manyDimensions, negative)) {
            assertThatThrownBy(
                            () -> ValueDecoder.decode(TypeIds.INT4_ARRAY, true, sink.toByteArray(), 0, sink.position()))
                    .isInstanceOf(RowMappingException.class)
                    .hasMessageContaining("integer[]")
                    .hasMessageContaining("more elements than bytes");
        }
        assertThat(ValueDecoder.text(
                        TypeIds.INT4_ARRAY, true, zeroTimesMany.toByteArray(), 0, zeroTimesMany.position()))
                .isEqualTo("{}");
    }

    private static HeapSink array(int dimensions, int length) {
        HeapSink sink = new HeapSink();
        sink.writeInt(dimensions);
        sink.writeInt(0);
        sink.writeInt(TypeIds.INT4);
        for (int i = 0; i < dimensions; i++) {
            sink.writeInt(length);
            sink.writeInt(1);
        }
        return sink;
    }

    @Test
    void aLargeNumericIsReadSoon() {
        HeapSink sink = new HeapSink();
        int groups = 32_768;
        sink.writeShort(groups);
        sink.writeShort(32_767);
        sink.writeShort(0);
        sink.writeShort(16_383);
        for (int i = 0; i < groups; i++) {
            sink.writeShort(9_999);
        }
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThat(ValueDecoder.text(TypeIds.NUMERIC, true, sink.toByteArray(), 0, sink.position()))
                        .hasSize(131_072 + 1 + 16_383));
    }
}
