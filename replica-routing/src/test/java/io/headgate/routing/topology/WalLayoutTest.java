package io.headgate.routing.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.core.topology.Lsn;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WalLayoutTest {

    @ParameterizedTest
    @CsvSource({
        // behind the header of a page
        "0/3002018, 0/3002000",
        "FFFFFFFF/FFFFE018, FFFFFFFF/FFFFE000",
        // behind the header of a segment
        "0/4000028, 0/4000000",
        "1/28, 1/0",
        // the long header of a segment is no short one, and the other way round
        "0/4000018, 0/4000018",
        "0/3002028, 0/3002028",
        // within a page
        "0/3002019, 0/3002019",
        "0/3002017, 0/3002017",
        "0/3002000, 0/3002000",
        "16/B374D848, 16/B374D848",
    })
    void theEndOfTheLastRecord(String insert, String end) {
        assertThat(WalLayout.DEFAULT.endOfRecord(Lsn.parse(insert))).hasToString(end);
    }

    @ParameterizedTest
    @CsvSource({
        "8192, 1048576, 0/100028, 0/100000",
        "8192, 16777216, 0/100028, 0/100028",
        "16384, 16777216, 0/3002018, 0/3002018",
        "16384, 16777216, 0/3004018, 0/3004000",
    })
    void otherSizes(int block, long segment, String insert, String end) {
        assertThat(new WalLayout(block, segment).endOfRecord(Lsn.parse(insert))).hasToString(end);
    }

    @ParameterizedTest
    @CsvSource({"0, 1024", "8191, 16777216", "8192, 4096", "8192, 16777215", "-8192, 16777216"})
    void impossibleSizesAreRefused(int block, long segment) {
        assertThatThrownBy(() -> new WalLayout(block, segment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(block));
    }
}
