package io.headgate.samples.music.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.samples.music.web.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackCursorTest {

    @ParameterizedTest
    @ValueSource(strings = {"Jóga", "🎸", "", "a?b&c=d/+"})
    void aTokenGivesItsCursorBack(String title) {
        TrackCursor cursor = new TrackCursor(title, Long.MAX_VALUE - 7);

        assertThat(cursor.token()).matches("[A-Za-z0-9_-]+");
        assertThat(TrackCursor.parse(cursor.token())).isEqualTo(cursor);
    }

    @Test
    void noTokenIsTheStart() {
        assertThat(TrackCursor.parse("")).isEqualTo(TrackCursor.START);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AA", "####", "AAAAAAAAAAH_", "AAAAAAAAAAEA"})
    void anythingElseIsRefused(String token) {
        assertThatThrownBy(() -> TrackCursor.parse(token)).isInstanceOf(InvalidRequestException.class);
    }
}
