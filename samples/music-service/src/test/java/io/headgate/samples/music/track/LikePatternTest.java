package io.headgate.samples.music.track;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LikePatternTest {

    @Test
    void wildcardsAreEscaped() {
        assertThat(LikePattern.containing("50%_\\x")).isEqualTo("%50\\%\\_\\\\x%");
    }

    @Test
    void anEmptyTextMatchesEverything() {
        assertThat(LikePattern.containing("")).isEqualTo("%%");
    }
}
