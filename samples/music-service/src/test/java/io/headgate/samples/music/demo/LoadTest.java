package io.headgate.samples.music.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoadTest {

    @Test
    void usersAskForWhatTheyLikeWhereTheServiceHasRoom() {
        Load load = Load.below(10_000, 200);

        assertThat(load.perSecond()).isEqualTo(400);
        assertThat(load.thinkSeconds()).isEqualTo(0.5);
        assertThat(load.times(0.25).thinkSeconds()).isEqualTo(2);
    }

    @Test
    void usersThinkLongerWhereTheMachineIsSlow() {
        Load load = Load.below(100, 200);

        assertThat(load.perSecond()).isEqualTo(30);
        assertThat(load.users()).isEqualTo(200);
    }

    @Test
    void thereIsAlwaysSomeLoad() {
        assertThat(Load.below(0, 200).perSecond()).isEqualTo(1);
    }
}
