package io.headgate.core.codec;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.headgate.core.error.RowMappingException;

/**
 * Searches, guided by coverage, for bytes for which the decoder neither returns a value nor throws a {@link RowMappingException}.
 *
 * <p>A normal test run replays only the empty input. To search: {@code JAZZER_FUZZ=1 mvn test -pl core
 * -Dtest=DecoderFuzzTest}.
 */
class DecoderFuzzTest {

    @FuzzTest(maxDuration = "2m")
    void anyBytesAreAValueOrAnError(FuzzedDataProvider data) {
        int typeId = data.consumeInt(0, 4_000);
        boolean binary = data.consumeBoolean();
        byte[] bytes = data.consumeRemainingAsBytes();
        try {
            ValueDecoder.decode(typeId, binary, bytes, 0, bytes.length);
        } catch (RowMappingException expected) {
            // expected for malformed bytes
        }
        try {
            ValueDecoder.text(typeId, binary, bytes, 0, bytes.length);
        } catch (RowMappingException expected) {
            // expected for malformed bytes
        }
    }
}
