package io.headgate.samples.music.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlayLedgerTest {

    private final Plays plays = new Plays();

    PlayLedgerTest() {
        for (int n = 0; n < 10; n++) {
            plays.confirmed();
        }
        plays.unknown();
        plays.unknown();
    }

    @Test
    void whatIsConfirmedIsThereAndWhatIsUnknownMayBe() {
        assertThat(new PlayLedger(10, 10).agreesWith(plays)).isTrue();
        assertThat(new PlayLedger(12, 12).agreesWith(plays)).isTrue();
    }

    @Test
    void aLostPlayShows() {
        assertThat(new PlayLedger(9, 9).agreesWith(plays)).isFalse();
    }

    @Test
    void aPlayTooManyShows() {
        assertThat(new PlayLedger(13, 13).agreesWith(plays)).isFalse();
    }

    @Test
    void halfAPlayShows() {
        assertThat(new PlayLedger(11, 10).agreesWith(plays)).isFalse();
    }
}
