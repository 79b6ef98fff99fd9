package io.headgate.pool.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headgate.pool.capacity.LoadSample;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeaseLoadTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LeaseLoad load = new LeaseLoad(5 * SECOND);

    @Test
    void givesRateMeanTimeAndExtremesOfTheInterval() {
        for (int i = 0; i < 20; i++) {
            load.lent();
            load.returned(SECOND / 10);
        }
        load.sees(3, 4);
        load.sees(7, 2);
        LoadSample sample = load.take(15 * SECOND);
        assertThat(sample.arrivalsPerSecond()).isEqualTo(2);
        assertThat(sample.serviceSeconds()).isCloseTo(0.1, within(1e-9));
        assertThat(sample.waiting()).isEqualTo(7);
        assertThat(sample.inUse()).isEqualTo(4);
    }

    @Test
    void beginsAnewWithEachInterval() {
        load.lent();
        load.returned(SECOND);
        load.sees(1, 1);
        load.take(6 * SECOND);
        assertThat(load.take(7 * SECOND)).isEqualTo(new LoadSample(0, 0, 0, 0));
        load.lent();
        assertThat(load.take(9 * SECOND).arrivalsPerSecond()).isEqualTo(0.5);
    }

    @Test
    void makesNothingOfAnIntervalWithoutTime() {
        load.lent();
        assertThat(load.take(5 * SECOND).arrivalsPerSecond()).isZero();
    }
}
