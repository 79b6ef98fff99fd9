package io.headgate.samples.music.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void titlesStandOnTheLeftAndCellsOnTheRight() {
        List<String> lines = new Table()
                .row("", List.of("Headgate", "R2DBC Pool"))
                .row("requests", List.of("1,000", "999"))
                .row("p50", List.of("1.0 / 20,000.0 ms", "-"))
                .lines();

        assertThat(lines)
                .containsExactly(
                        "                       Headgate   R2DBC Pool",
                        "   requests               1,000          999",
                        "   p50        1.0 / 20,000.0 ms            -");
    }
}
