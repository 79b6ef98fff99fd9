package io.headgate.testkit.internal.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DottedVersionTest {

    @ParameterizedTest
    @CsvSource({"1.9, 1.24, -1", "1.24.1, 1.24, 1", "1.21, 1.21.0, 0", "18.6.0, 18.10.0, -1", "2.0-rc1, 1.99, 1"})
    void ordersNumberByNumber(String left, String right, int order) {
        assertThat(Integer.signum(DottedVersion.compare(left, right))).isEqualTo(order);
        assertThat(Integer.signum(DottedVersion.compare(right, left))).isEqualTo(-order);
    }
}
