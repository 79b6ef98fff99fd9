package io.headgate.core.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LsnTest {

    @Test
    void readsWhatPostgresWrites() {
        assertThat(Lsn.parse("16/B374D848").value()).isEqualTo(0x16_B374D848L);
        assertThat(Lsn.parse("0/0")).isEqualTo(new Lsn(0));
        assertThat(Lsn.parse("FFFFFFFF/ffffffff").value()).isEqualTo(-1);
        assertThat(Lsn.parse("0/08F00000")).hasToString("0/8F00000");
    }

    @Test
    void writesWhatItReads() {
        Random random = new Random(14);
        for (int i = 0; i < 10_000; i++) {
            Lsn position = new Lsn(random.nextLong() >>> random.nextInt(64));
            assertThat(Lsn.parse(position.toString())).isEqualTo(position);
        }
    }

    @Test
    void comparesUnsigned() {
        assertThat(Lsn.parse("0/FFFFFFFF")).isLessThan(Lsn.parse("1/0"));
        assertThat(Lsn.parse("7FFFFFFF/FFFFFFFF")).isLessThan(Lsn.parse("80000000/0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "0", "0/", "/0", "0/0/0", "0/123456789", "G/0", "-1/0", " 0/0", "0/+1", "0/0\n"})
    void refusesOtherText(String text) {
        assertThatThrownBy(() -> Lsn.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it looks like 16/B374D848");
    }
}
