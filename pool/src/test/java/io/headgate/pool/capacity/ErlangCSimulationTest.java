package io.headgate.pool.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Erlang C against a queue that is simulated, arrival by arrival: exponential times between arrivals and of service, one
 * queue, first come first served. Each arrival takes the server that is free first. The seeds are fixed; each run reports
 * its errors. The greatest are 0.0075 of a probability (64 servers), 3.3 % of a mean wait and 5.9 % of a percentile (300
 * servers).
 */
class ErlangCSimulationTest {

    private static final int WARM_UP = 50_000;
    private static final int ARRIVALS = 1_000_000;

    /** Waits of neighbours in the queue resemble each other, so that a million count as far fewer at high load. */
    private static final double PROBABILITY_BOUND = 0.01;

    private static final double WAIT_BOUND = 0.08;

    @ParameterizedTest
    @CsvSource({"1, 0.5, 1", "1, 0.9, 2", "2, 1.6, 3", "4, 2, 4", "9, 4, 5", "16, 14.4, 6", "64, 57.6, 7", "300, 285, 8"
    })
    void foretellsWhatTheSimulationDoes(int servers, double load, long seed, TestReporter reporter) {
        double[] waits = simulate(servers, load, new SplittableRandom(seed));
        Arrays.sort(waits);
        ErlangC expected = new ErlangC(servers, load);

        double waited = Arrays.stream(waits).filter(wait -> wait > 0).count() / (double) waits.length;
        double mean = Arrays.stream(waits).average().orElseThrow();
        double p99 = waits[(int) (0.99 * waits.length)];
        reporter.publishEntry(
                servers + " servers, load " + load,
                "waiting " + waited + " of " + expected.waitingProbability() + ", mean wait " + mean + " of "
                        + expected.meanWait() + ", p99 " + p99 + " of " + expected.waitPercentile(0.99));
        assertThat(waited).as("share that waits").isCloseTo(expected.waitingProbability(), within(PROBABILITY_BOUND));
        assertThat(mean).as("mean wait").isCloseTo(expected.meanWait(), within(bound(expected.meanWait())));
        assertThat(p99)
                .as("p99 wait")
                .isCloseTo(expected.waitPercentile(0.99), within(bound(expected.waitPercentile(0.99))));
    }

    private static double bound(double expected) {
        return Math.max(0.005, WAIT_BOUND * expected);
    }

    /** The wait of each arrival after the warm-up, in mean service times. */
    private static double[] simulate(int servers, double load, SplittableRandom random) {
        PriorityQueue<Double> freeAt = new PriorityQueue<>(servers);
        for (int i = 0; i < servers; i++) {
            freeAt.add(0.0);
        }
        double[] waits = new double[ARRIVALS];
        double now = 0;
        for (int i = -WARM_UP; i < ARRIVALS; i++) {
            now += exponential(random) / load;
            double start = Math.max(now, freeAt.remove());
            freeAt.add(start + exponential(random));
            if (i >= 0) {
                waits[i] = start - now;
            }
        }
        return waits;
    }

    private static double exponential(SplittableRandom random) {
        return -Math.log(1 - random.nextDouble());
    }
}
